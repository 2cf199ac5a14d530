/** The mean loss of a batch and its gradient by the scores. */
export interface Loss {
  readonly loss: number;
  readonly gradient: Float32Array;
}

/**
 * Cross-entropy of softmax(scores) against the labels, in nats, mean over the rows.
 *
 * @param scores rows × classes
 * @param smoothing how much of each label is spread evenly over all classes, 0 … 1
 */
export function crossEntropy(scores: Float32Array, labels: Uint8Array, classes: number, smoothing = 0): Loss {
  const gradient = new Float32Array(scores.length);
  const rows = labels.length;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    const logs = logSoftmax(scores.subarray(from, from + classes));
    for (let c = 0; c < classes; c++) {
      const target = smoothing / classes + (labels[row] === c ? 1 - smoothing : 0);
      loss -= target * logs[c]!;
      gradient[from + c] = (Math.exp(logs[c]!) - target) / rows;
    }
  }
  return { loss: loss / rows, gradient };
}

function logSoftmax(scores: Float32Array): number[] {
  const largest = Math.max(...scores);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  const log = Math.log(sum);
  return Array.from(scores, (score) => score - largest - log);
}
