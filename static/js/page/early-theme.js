// @ts-check
/* Runs before the first paint, so that a chosen theme never flashes the other one. */
try {
  const chosen = localStorage.getItem("gatescope.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is blocked: the system's theme it is.
}
