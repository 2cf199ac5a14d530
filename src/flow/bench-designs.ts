import { draft, type Design, type Port } from '../ir/index.js';
import { operatorOf } from '../ops/index.js';
import type { BenchDesign, BenchKind } from './bench.js';
import { formsOf } from './design.js';
import { defaultsOf, operatorSubject } from './verify.js';

/** Designs that `bench sim` runs besides the examples. */
export function benchDesigns(): { readonly kind: BenchKind; readonly design: BenchDesign }[] {
  return [
    { kind: 'inner products', design: operatorDesign('dot', 'dot', 0) },
    { kind: 'inner products', design: operatorDesign('dot', 'dot_pipelined', 3) },
    { kind: 'stateless', design: operatorDesign('vs_quantise', 'vs_quantise', 2) },
    { kind: 'state', design: designOf(histogram(64, 32)) },
    { kind: 'multi-cycle', design: operatorDesign('nibble_inner_product', 'nibble_inner_product', 0) },
  ];
}

function operatorDesign(operator: string, name: string, stages: number): BenchDesign {
  const found = operatorOf(operator)!;
  return operatorSubject(found, defaultsOf(found), name, stages);
}

function designOf(written: Design): BenchDesign {
  return formsOf(written);
}

/** Weights added up by class in a memory that is read and written in every cycle: the sum before is shown. */
function histogram(depth: number, width: number): Design {
  const d = draft('histogram');
  const bits = Math.log2(depth);
  const index = d.input(port('index', bits));
  const weight = d.input(port('weight', 8));
  const valid = d.input(port('valid', 1));
  const sums = d.memory({ name: 'sums', width, depth, synchronous: false, contents: [] });
  const sum = d.read(sums, index);
  d.write(sums, index, d.binary('add', sum, d.extend(weight, width, false)), valid);
  d.output(port('sum', width), sum);
  return { top: 'histogram', modules: [d.finish('Weights added up by class.')] };
}

function port(name: string, width: number): Port {
  return { name, width, lanes: 1, signed: false, format: `uint(${width})` };
}
