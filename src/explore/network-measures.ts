import type { MeasureCall, Scalar } from './point.js';

/** Measures that are taken on images, so that fewer of them give an estimate. */
const ofNetworks = ['accuracy', 'accuracyFloat', 'agreement', 'overflows', 'robustAccuracy', 'worstAccuracy'];

export function isOfNetwork({ measure }: MeasureCall): boolean {
  return ofNetworks.includes(measure);
}

/** What measures of networks are taken with where their arguments say nothing else. */
export const networkDefaults = { model: 'mlp', data: 'mnist', images: 1000 } as const;

/** The network that a measure is of, as its argument names it. */
export function networkOf(call: MeasureCall): string | undefined {
  if (!isOfNetwork(call)) return undefined;
  const { model = networkDefaults.model }: { readonly model?: Scalar } = call.args;
  return String(model);
}
