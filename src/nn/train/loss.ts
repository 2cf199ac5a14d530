import type { Floats } from './kernel/space.js';

/** What a batch of scores says about its labels. */
export interface Loss {
  /** mean over the rows, in nats */
  readonly loss: number;
  /** rows whose largest score is the label's */
  readonly right: number;
}

/**
 * Cross-entropy of softmax(scores) against the labels, mean over the rows.
 *
 * @param scores rows × classes
 * @param smoothing how much of each label is spread evenly over all classes, 0 … 1
 * @param gradient gets that of the loss by the scores
 */
export function crossEntropy(
  scores: Floats,
  labels: ArrayLike<number>,
  smoothing: number,
  gradient: Floats,
): Loss {
  const rows = labels.length;
  const classes = scores.length / rows;
  let [loss, right] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    const label = labels[row]!;
    const logs = logSoftmax(scores.subarray(from, from + classes));
    for (let c = 0; c < classes; c++) {
      const target = smoothing / classes + (label === c ? 1 - smoothing : 0);
      loss -= target * logs[c]!;
      gradient[from + c] = (Math.exp(logs[c]!) - target) / rows;
    }
    if (logs.every((log, c) => c === label || log < logs[label]!)) right++;
  }
  return { loss: loss / rows, right };
}

function logSoftmax(scores: Floats): number[] {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  const log = Math.log(sum);
  return Array.from(scores, (score) => score - largest - log);
}
