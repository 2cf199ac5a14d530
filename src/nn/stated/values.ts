import { movesCodes } from '../affine.js';
import { codeBits } from '../codes.js';
import type { Coding } from '../coding.js';
import { readers } from '../graph.js';
import { flagAttribute, textAttribute, type Node } from '../network.js';
import type { Prepared } from '../prepare.js';
import { numbersOf, type Tensor } from '../tensor.js';

/** What a network that was quantised elsewhere says of the codes of its values. */
export interface StatedValues {
  /** values whose numbers are (code − zero) · scale, and those that whatever gives them may give in these codes */
  readonly codings: ReadonlyMap<string, Coding>;
  /** nodes that bring what they read into codes, or codes back to numbers */
  readonly quantisers: ReadonlyMap<Node, Coding>;
  /** why a node that quantises a value has no codes that run in integers */
  readonly reasons: ReadonlyMap<string, string>;
}

/** A coding, or why there is none. */
type Read = Coding | string;

/** How each operator that quantises describes its codes; `rounds` where it rounds as requantisation does. */
const described: Readonly<
  Record<string, (node: Node, known: Known) => { readonly coding: Read; readonly rounds: boolean }>
> = {
  QuantizeLinear: (node, known) => ({ coding: linearCoding(node, known), rounds: true }),
  ...inDomains('IntQuant', integerQuant),
  ...inDomains('Quant', integerQuant),
  ...inDomains('BipolarQuant', ({ inputs }, { constants }) => ({
    coding: codingFrom(constants.get(inputs[1]!), 0, 2, true, true),
    rounds: false,
  })),
  ...inDomains('FloatQuant', () => ({ coding: 'its codes are floating point', rounds: false })),
  ...inDomains('Trunc', () => ({ coding: 'low bits of it are dropped by Trunc', rounds: false })),
};

interface Known {
  readonly constants: ReadonlyMap<string, Tensor>;
}

/**
 * Finds the codes that QuantizeLinear with DequantizeLinear, and the nodes of QONNX, state. What gives a value that only such
 * a node reads, be it through nodes that move elements, may give it in these codes at once.
 */
export function statedValues(prepared: Prepared): StatedValues {
  const codings = new Map<string, Coding>();
  const quantisers = new Map<Node, Coding>();
  const reasons = new Map<string, string>();
  const before = sources(prepared);
  for (const node of prepared.nodes) {
    const [input, output] = [node.inputs[0]!, node.outputs[0]!];
    const own = codings.get(input);
    if (movesCodes(node)) {
      if (own) for (const name of node.outputs) codings.set(name, own);
      const why = reasons.get(input);
      if (why !== undefined) reasons.set(output, why);
    } else if (node.op === 'DequantizeLinear') {
      const why = own ? unlikeCodes(node, own, prepared) : reasons.get(input);
      if (own && why === undefined) {
        quantisers.set(node, own);
        codings.set(output, own);
      } else reasons.set(output, why ?? 'no QuantizeLinear of the network gives its codes');
    } else if (described[node.op]) {
      const { coding, rounds } = described[node.op]!(node, prepared);
      if (typeof coding === 'string') {
        reasons.set(output, coding);
        continue;
      }
      quantisers.set(node, coding);
      codings.set(output, coding);
      if (rounds && !own) for (const name of before(input)) codings.set(name, coding);
    }
  }
  return { codings, quantisers, reasons };
}

/** A value, and those that it is only another arrangement of, as far as nothing else reads them; none where something does. */
function sources({ nodes, network }: Prepared): (name: string) => readonly string[] {
  const reading = readers(nodes);
  const outputs = new Set(network.outputs.map(({ name }) => name));
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const own = (name: string): boolean => reading.get(name)?.length === 1 && !outputs.has(name);
  return (name) => {
    const chain: string[] = [];
    for (let at: string | undefined = name; at !== undefined;) {
      if (!own(at)) return [];
      chain.push(at);
      const node = maker.get(at);
      const moves: boolean = node !== undefined && movesCodes(node);
      if (moves && node!.outputs.filter((one) => one !== '').length > 1) return [];
      at = moves ? node!.inputs[0]! : undefined;
    }
    return chain;
  };
}

function linearCoding({ inputs, attributes }: Node, { constants }: Known): Read {
  const zero = inputs[2] ? constants.get(inputs[2]) : undefined;
  if (inputs[2] && !zero) return 'its zero point is not constant';
  const stated = attributes.get('output_dtype')?.value ?? 0;
  const type = zero?.type ?? ({ 3: 'int8', 4: 'uint16', 5: 'int16' } as const)[stated as 3] ?? 'uint8';
  const point = zero ? single(zero) : 0;
  if (point === undefined) return 'it has a scale for each entry of an axis';
  return codingFrom(
    constants.get(inputs[1]!),
    point,
    type.endsWith('16') ? 16 : 8,
    type.startsWith('int'),
    false,
  );
}

function integerQuant(node: Node, { constants }: Known): { readonly coding: Read; readonly rounds: boolean } {
  const [, scale, zero, bits] = node.inputs.map((name) => constants.get(name));
  const [point, width] = [zero && single(zero), bits && single(bits)];
  const mode = textAttribute(node, 'rounding_mode', 'ROUND').toUpperCase();
  if (point === undefined || width === undefined)
    return { coding: 'its zero point and bits are not single constants', rounds: false };
  const signed = flagAttribute(node, 'signed', true);
  // One bit is −1 and 1, not the nearest of them.
  if (width === 1 && signed) return { coding: codingFrom(scale, 0, 2, true, true), rounds: false };
  const coding = codingFrom(scale, point, width, signed, flagAttribute(node, 'narrow'));
  // An odd zero point is added before rounding, which sends ties to the other side.
  return { coding, rounds: /^(ROUND|HALF_EVEN)$/.test(mode) && point % 2 === 0 };
}

function codingFrom(
  scales: Tensor | undefined,
  zero: number,
  bits: number,
  signed: boolean,
  narrow: boolean,
): Read {
  const scale = scales && single(scales);
  if (!scales) return 'its scale is not constant';
  if (scale === undefined) return 'it has a scale for each entry of an axis';
  if (!(scale > 0 && scale < Infinity)) return `its scale is ${scale}`;
  if (!Number.isInteger(zero)) return `its zero point ${zero} is no whole number`;
  const known = Number.isInteger(bits) && bits >= codeBits.least && bits <= codeBits.most;
  if (!known) return `its codes have ${bits} bits, not ${codeBits.least} to ${codeBits.most}`;
  return { bits, signed, zero, scale, ...(narrow && { narrow }) };
}

/** Why the numbers that a DequantizeLinear makes are not those that codes stand for. */
function unlikeCodes({ inputs }: Node, { scale, zero }: Coding, { constants }: Known): string | undefined {
  const [own, point] = [inputs[1], inputs[2]].map((name) => (name ? constants.get(name) : undefined));
  const sameZero = inputs[2] ? point && single(point) === zero : zero === 0;
  const same = own && single(own) === scale && sameZero;
  return same ? undefined : 'QuantizeLinear and DequantizeLinear around it differ in scale or zero point';
}

/** The only number of a tensor. */
function single(tensor: Tensor): number | undefined {
  const numbers = numbersOf(tensor);
  return numbers.length === 1 ? numbers[0]! : undefined;
}

/** The domains under which QONNX's operators are found. */
function inDomains<T>(op: string, value: T): Record<string, T> {
  const domains = ['qonnx.custom_op.general', 'onnx.brevitas', 'finn.custom_op.general'];
  return Object.fromEntries(domains.map((domain) => [`${domain}.${op}`, value]));
}
