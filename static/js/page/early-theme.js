// @ts-check
/* Runs before the first paint, so that the page never flashes in the wrong theme. */
try {
  const chosen = localStorage.getItem("gatescope.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is blocked: use the system's theme.
}
