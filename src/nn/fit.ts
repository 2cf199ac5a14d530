import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { formatName, type NumberFormat } from '../format/index.js';
import type { DotEngine } from './engine.js';
import { codesDoNotFit } from './problems.js';
import type { QuantiseOptions } from './quantise-options.js';

/**
 * Options for integers with which a layer's codes fit the ports of a datapath: unsigned activations where its port is
 * unsigned, asymmetric or symmetric ones otherwise. Codes wider than the ports are faults.
 */
export function fitOptions(engine: DotEngine, options: QuantiseOptions): Result<QuantiseOptions> {
  const { activations, weights, name } = engine;
  const unsigned = !isSigned(activations.element);
  const style = unsigned ? 'unsigned' : options.activations;
  const found: Diagnostic[] = [];
  const check = (what: string, format: NumberFormat, bits: number): void => {
    const whole = format.kind === 'fixed' && format.fraction === 0;
    if (!whole || format.width < bits) found.push(codesDoNotFit(name, what, bits, formatName(format)));
  };
  // An unsigned code needs one bit more in a signed port.
  const extra = style === 'unsigned' && !unsigned ? 1 : 0;
  check('activations', activations.element, options.activationBits + extra);
  check('weights', weights.element, options.weightBits + (isSigned(weights.element) ? 0 : Infinity));
  return found.length > 0 ? failure(...found) : success({ ...options, activations: style });
}

function isSigned(format: NumberFormat): boolean {
  return format.signed;
}
