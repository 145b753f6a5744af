// @ts-check
/** The layout of a beam's tree: one column per step; each hypothesis that ended has its own row, the best at the top. */

/** @typedef {import("../trace/contracts.js").Beam} Beam */
/**
 * @typedef {object} Placed
 * @property {number} index of the node
 * @property {number} column
 * @property {number} row
 * @property {number | null} parent
 * @property {number} rank of the hypothesis that ends here, from 0; -1 if none does
 * @property {boolean} winning whether it lies on the winner's path
 */

/**
 * Hypotheses that ended and are not among the best are left out.
 * @param {Beam & { nodes: { special?: boolean }[] }} beam its nodes that end a hypothesis are `special`
 * @returns {{ nodes: Placed[], columns: number, rows: number }}
 */
export function treeLayout({ nodes, hypotheses }) {
  const children = nodes.map(() => /** @type {number[]} */ ([]));
  /** @type {number[]} */
  const roots = [];
  nodes.forEach(({ parent }, index) => (parent === null ? roots : (children[parent] ?? [])).push(index));
  const ranks = new Map(hypotheses.map(({ node }, rank) => [node, rank]));
  const lost = (/** @type {number} */ index) => nodes[index]?.special === true && !ranks.has(index);
  /** @type {Set<number>} */
  const winning = new Set();
  /** @type {number | null} */
  let at = hypotheses[0]?.node ?? null;
  while (at !== null) {
    winning.add(at);
    at = nodes[at]?.parent ?? null;
  }
  // A branch is as good as the best score below it.
  /** @type {number[]} */
  const best = [];
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    const below = (children[index] ?? []).map((child) => best[child] ?? -Infinity);
    const own = ranks.has(index) ? (nodes[index]?.score ?? -Infinity) : -Infinity;
    best[index] = Math.max(own, ...below);
  }
  const order = (/** @type {number[]} */ list) =>
    list.toSorted(
      (one, other) =>
        (best[other] ?? 0) - (best[one] ?? 0) || (nodes[other]?.score ?? 0) - (nodes[one]?.score ?? 0),
    );
  /** @type {Placed[]} */
  const placed = [];
  let row = 0;
  const place = (/** @type {number} */ index) => {
    const { step: column = 0, parent = null } = nodes[index] ?? {};
    placed.push({ index, column, row, parent, rank: ranks.get(index) ?? -1, winning: winning.has(index) });
    const below = order((children[index] ?? []).filter((child) => !lost(child)));
    if (!below.length) row += 1;
    for (const child of below) place(child);
  };
  for (const root of order(roots.filter((index) => !lost(index)))) place(root);
  const columns = Math.max(...nodes.map(({ step }) => step + 1), 0);
  return { nodes: placed, columns, rows: row };
}
