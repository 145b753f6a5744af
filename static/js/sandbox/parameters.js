// @ts-check
/** How many parameters a module of PyTorch has, and how they are counted. */

/** @typedef {import("../trace/contracts.js").SandboxConfig} SandboxConfig */
/**
 * The weights of one layer, for each of its directions: gates × units × (inputs + units + biases) numbers.
 * @typedef {{ layer: number, direction: string, gates: number, units: number, inputs: number, biases: number,
 *   count: number }} Weights
 */

/**
 * The number of parameters if the module had another number of directions.
 * @param {Weights[]} weights of a module, by layer and direction
 * @param {number} directions
 */
export function countWith(weights, directions) {
  const one = weights.filter(({ direction }) => direction === weights[0]?.direction);
  return one.reduce((sum, { layer, gates, units, inputs, biases }) => {
    const wide = layer === 0 ? inputs : units * directions;
    return sum + directions * gates * units * (wide + units + biases);
  }, 0);
}
