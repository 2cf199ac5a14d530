import { wasmModule, type WasmFunction } from '../wasm/binary.js';
import { assembler, type Assembler } from '../wasm/instructions.js';
import { clockFunction, emitCopies, emitForce, gateFunctions } from './emit.js';
import type { BitLayout, PlacedPort } from './layout.js';
import { depthFirst, type BitNetwork } from './network.js';
import { countFunction, flushFunction, rememberFunction } from './toggles.js';
import { gatherFunction, spreadFunction, type ElementBytes } from './transpose.js';

const sizes: readonly ElementBytes[] = [1, 2, 4];

/**
 * A network as WebAssembly, 128 streams in an instruction. It exports `cycle`, made of `settle` (inputs to planes, all
 * gates) and `edge` (outputs from planes, next states), and `count`, `remember`, `flush` of `toggles.ts`.
 */
export interface BitKernel {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly layout: BitLayout;
  /** Nets whose planes hold the complement. */
  readonly inverted: ReadonlySet<number>;
}

export function bitKernel(network: BitNetwork, layout: BitLayout): BitKernel {
  const inverted = new Set<number>();
  const gates = gateFunctions(depthFirst(network), layout, inverted);
  const clock = clockFunction(network.states, layout, inverted);
  const helpers = [...sizes.map(spreadFunction), ...sizes.map(gatherFunction)];
  const first = helpers.length;
  const settle = settleFunction(
    layout,
    gates.map((_, i) => first + i),
  );
  const edge = edgeFunction(layout, inverted, first + gates.length);
  const calls = first + gates.length + 1;
  const functions: WasmFunction[] = [
    ...helpers,
    ...gates,
    clock,
    { ...settle, exported: 'settle' },
    { ...edge, exported: 'edge' },
    { ...callAll([calls, calls + 1]), exported: 'cycle' },
    { ...countFunction(layout), exported: 'count' },
    { ...rememberFunction(layout), exported: 'remember' },
    { ...flushFunction(layout), exported: 'flush' },
  ];
  return { code: wasmModule(functions, Math.ceil(layout.end / 65536)), layout, inverted };
}

function callAll(functions: readonly number[]): WasmFunction {
  const asm = assembler();
  functions.forEach((index) => asm.call(index));
  return { parameters: 0, locals: [], body: asm.code };
}

function settleFunction(layout: BitLayout, gates: readonly number[]): WasmFunction {
  const asm = assembler();
  layout.inputs.forEach((port, index) => {
    eachRow(port, (row, planes) => {
      rowAddress(asm, index, row);
      asm.constant(planes);
      asm.call(sizes.indexOf(port.layout.elementBytes));
    });
    for (const net of port.port.bits) {
      const force = typeof net === 'number' ? layout.force.get(net) : undefined;
      if (typeof net !== 'number' || force === undefined) continue;
      asm.constant(0);
      asm.constant(0);
      asm.vectorAccess('load', layout.net(net));
      emitForce(asm, force);
      asm.vectorAccess('store', layout.net(net));
    }
  });
  gates.forEach((index) => asm.call(index));
  return { parameters: 0, locals: [], body: asm.code };
}

function edgeFunction(layout: BitLayout, inverted: ReadonlySet<number>, clock: number): WasmFunction {
  const asm = assembler();
  layout.outputs.forEach((port, index) => {
    emitCopies(asm, port.port.bits, port.planes, layout, inverted);
    eachRow(port, (row, planes) => {
      asm.constant(planes);
      rowAddress(asm, layout.inputs.length + index, row);
      asm.call(sizes.length + sizes.indexOf(port.layout.elementBytes));
    });
  });
  asm.call(clock);
  return { parameters: 0, locals: [], body: asm.code };
}

function eachRow({ layout, planes }: PlacedPort, emit: (row: number, planes: number) => void): void {
  for (let row = 0; row < layout.rows; row++) emit(row, planes + row * 128 * layout.elementBytes);
}

/** Puts the address of a port's row on the stack. */
function rowAddress(asm: Assembler, port: number, row: number): void {
  asm.constant(0);
  asm.access('load', 8 * port);
  asm.constant(0);
  asm.access('load', 8 * port + 4);
  asm.constant(row);
  asm.scalar('mul');
  asm.scalar('add');
}
