import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import { axisWrapper } from '../emit/index.js';
import { resetName, topOf, type Design, type Module, type Node, type Port } from '../ir/index.js';
import { elastic } from '../pass/index.js';
import { formsOf, type Arithmetic, type Built } from './design.js';

/**
 * The design behind AXI4-Stream interfaces. One without streams gets them: all inputs are one word in, all outputs the
 * word out that belongs to it, and TLAST goes along. What it does in a cycle it then does once for each word.
 *
 * @returns the wrapped design in all its forms; a fault for one that cannot stand still, or has nothing to hand over
 */
export function wrapAxis(built: Built, clockPs?: number, arithmetic?: Arithmetic): Result<Built> {
  const { written } = built;
  const top = topOf(written);
  const faults = top.streams ? [] : obstacles(written);
  if (faults.length > 0) return failure(...faults);
  const name = `${top.name}_axis`;
  const inner = top.streams ? written : streamed(written);
  const { design, buses } = axisWrapper(inner, name);
  const wrapped = formsOf(design, clockPs, arithmetic, { module: name, buses });
  return success({ ...wrapped, inner });
}

function obstacles(design: Design): Diagnostic[] {
  const top = topOf(design);
  const found: Diagnostic[] = [];
  const memory = design.modules.flatMap(({ memories }) => memories).find(({ synchronous }) => synchronous);
  if (memory)
    found.push(
      fault(
        'cannot-wrap',
        `\`${memory.name}\` is a synchronous memory, which cannot wait for the next word`,
        {
          hint: 'make it a memory that is read in the same cycle',
        },
      ),
    );
  const data = top.inputs.filter(({ name }) => name !== resetName);
  for (const [ports, what] of [
    [data, 'inputs'],
    [top.outputs, 'outputs'],
  ] as const)
    if (ports.length === 0)
      found.push(fault('cannot-wrap', `\`${top.name}\` has no ${what}, so there are no words to hand over`));
  return found;
}

const lastIn = 'in_last';
const lastOut = 'out_last';

/** A datapath without streams as one with a stream in and a stream out, and the mark of a packet's last word beside them. */
function streamed(written: Design): Design {
  const top = topOf(written);
  const inputs = top.inputs.filter(({ name }) => name !== resetName).map(({ name }) => name);
  const outputs = top.outputs.map(({ name }) => name);
  return elastic(withLast(written, top), {
    name: `${top.name}_stream`,
    about: top.about,
    ins: [{ name: 'in', fields: [...inputs, lastIn] }],
    outs: [{ name: 'out', fields: [...outputs, lastOut] }],
  });
}

function withLast(design: Design, top: Module): Design {
  const port = (name: string): Port => ({ name, width: 1, lanes: 1, signed: false, format: 'bool' });
  const nodes: Node[] = [...top.nodes, { kind: 'input', width: 1, name: lastIn }];
  const made: Module = {
    ...top,
    nodes,
    inputs: [...top.inputs, port(lastIn)],
    outputs: [...top.outputs, { ...port(lastOut), value: nodes.length - 1 }],
  };
  return { ...design, modules: design.modules.map((module) => (module === top ? made : module)) };
}
