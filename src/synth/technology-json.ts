import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { parseExpression, pinsOf } from './boolean.js';
import { notJson, technologyShape } from './problems.js';
import type { Arc, Cell, Technology } from './technology.js';

/** The technology as JSON text with a line for each pin and each arc, so that a change shows as few changed lines. */
export function renderTechnology(technology: Technology): string {
  const { cells, ...head } = technology;
  const lines = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
  );
  return ['{', ...lines, '  "cells": [', cells.map(cellJson).join(',\n'), '  ]', '}', ''].join('\n');
}

function cellJson(cell: Cell): string {
  const { inputs, outputs, ...head } = cell;
  const pins = outputs.map(({ arcs, ...pin }) => {
    const lines = arcs.map((arc) => `        ${JSON.stringify(arc)}`);
    const open = JSON.stringify(pin).slice(0, -1);
    return `      ${open}, "arcs": [${lines.length ? `\n${lines.join(',\n')}` : ''}]}`;
  });
  return [
    `    ${JSON.stringify(head).slice(0, -1)},`,
    `      "inputs": ${JSON.stringify(inputs)},`,
    `      "outputs": [`,
    pins.join(',\n'),
    '      ]}',
  ].join('\n');
}

/** Reads and checks technology JSON; all faults of a file come at once, each with the path of what is wrong. */
export function parseTechnology(file: string, text: string): Result<Technology> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failure(notJson(file, (error as Error).message));
  }
  const problems = shapeFaults(file, value);
  if (problems.length > 0) return failure(...problems.slice(0, 20));
  const technology = value as Technology;
  const faults = technology.cells.flatMap((cell) => cellFaults(file, technology, cell));
  return faults.length > 0 ? failure(...faults.slice(0, 20)) : success(technology);
}

/** A shape is the name of a primitive type, a list of one shape, or an object of shapes; a key ending in `?` may be missing. */
type Shape = 'string' | 'number' | 'boolean' | readonly [Shape] | { readonly [key: string]: Shape };

const role: Shape = { cell: 'string', pin: 'string' };
const sense: Shape = { pin: 'string', inverted: 'boolean' };
const adder: Shape = { cell: 'string', inputs: ['string'], sum: sense, carry: sense };
const arc: Shape = {
  from: 'string',
  sense: 'string',
  riseDelayPs: ['number'],
  riseSlewPs: ['number'],
  fallDelayPs: ['number'],
  fallSlewPs: ['number'],
};
const flipFlop: Shape = {
  state: 'string',
  invertedState: 'string',
  nextState: 'string',
  clock: 'string',
  data: 'string',
  'clear?': 'string',
  'preset?': 'string',
  setupRisePs: ['number'],
  setupFallPs: ['number'],
};
const cell: Shape = {
  name: 'string',
  areaUm2: 'number',
  leakageNw: 'number',
  inputs: [{ name: 'string', capFf: 'number', energyFj: 'number' }],
  outputs: [
    {
      name: 'string',
      function: 'string',
      maxLoadFf: 'number',
      energyFj: 'number',
      loadsFf: ['number'],
      arcs: [arc],
    },
  ],
  'flipFlop?': flipFlop,
};
const shape: Shape = {
  schema: 'number',
  name: 'string',
  node: 'string',
  corner: { name: 'string', voltage: 'number', temperature: 'number', slewPercent: ['number'] },
  source: { library: 'string', licence: 'string', url: 'string', files: ['string'] },
  conditions: { inputSlewPs: 'number', clockSlewPs: 'number', outputLoadFf: 'number' },
  wire: { fixedFf: 'number', perSinkFf: 'number', source: 'string' },
  roles: {
    'fullAdder?': adder,
    'halfAdder?': adder,
    'tieHigh?': role,
    'tieLow?': role,
    'buffer?': 'string',
    'inverter?': 'string',
    'flipFlop?': 'string',
  },
  'supply?': {
    thresholdV: 'number',
    alpha: 'number',
    leakagePerV: 'number',
    leastV: 'number',
    mostV: 'number',
    source: 'string',
  },
  dontUse: ['string'],
  slewsPs: ['number'],
  cells: [cell],
};

function shapeFaults(file: string, value: unknown): Diagnostic[] {
  const faults: Diagnostic[] = [];
  check(value, shape, '');
  if (faults.length === 0 && (value as Technology).schema !== 1)
    faults.push(technologyShape(file, 'schema', 'be 1'));
  return faults;

  function check(found: unknown, wanted: Shape, path: string): void {
    if (typeof wanted === 'string') {
      const fits = typeof found === wanted && (wanted !== 'number' || Number.isFinite(found));
      if (!fits) faults.push(technologyShape(file, path, `be a ${wanted}`));
    } else if (isList(wanted)) {
      if (Array.isArray(found)) found.forEach((one, k) => check(one, wanted[0], `${path}[${k}]`));
      else faults.push(technologyShape(file, path, 'be a list'));
    } else if (typeof found !== 'object' || found === null || Array.isArray(found)) {
      faults.push(technologyShape(file, path || 'the file', 'be an object'));
    } else checkKeys(found as Record<string, unknown>, wanted, path);
  }

  function checkKeys(
    found: Record<string, unknown>,
    wanted: { readonly [key: string]: Shape },
    path: string,
  ): void {
    for (const [written, inner] of Object.entries(wanted)) {
      const key = written.replace('?', '');
      if (found[key] !== undefined || key === written)
        check(found[key], inner, path ? `${path}.${key}` : key);
    }
  }
}

function isList(wanted: Shape): wanted is readonly [Shape] {
  return Array.isArray(wanted);
}

/** Table sizes, functions and pin names of one cell. */
function cellFaults(file: string, technology: Technology, cell: Cell): Diagnostic[] {
  const at = `cell ${cell.name}`;
  const { flipFlop } = cell;
  const names = [
    ...cell.inputs.map((pin) => pin.name),
    ...(flipFlop ? [flipFlop.state, flipFlop.invertedState] : []),
  ];
  const reads = (text: string): boolean => {
    const parsed = parseExpression(text);
    return parsed !== undefined && pinsOf(parsed).every((pin) => names.includes(pin));
  };
  const functions = [
    ...cell.outputs.map((pin) => pin.function),
    ...(flipFlop
      ? [flipFlop.nextState, ...[flipFlop.clear, flipFlop.preset].filter((text) => text !== undefined)]
      : []),
  ];
  return [
    ...functions
      .filter((text) => !reads(text))
      .map((text) => technologyShape(file, at, `have functions of its own pins, unlike \`${text}\``)),
    ...cell.outputs.flatMap((pin) =>
      pin.arcs.every((one) => arcFits(one, technology.slewsPs.length * pin.loadsFf.length, names))
        ? []
        : [
            technologyShape(
              file,
              `${at}, pin ${pin.name}`,
              'have arcs from its inputs with one entry for each slew and load',
            ),
          ],
    ),
  ];
}

function arcFits(arc: Arc, entries: number, names: readonly string[]): boolean {
  const tables = [arc.riseDelayPs, arc.riseSlewPs, arc.fallDelayPs, arc.fallSlewPs];
  return (
    ['positive', 'negative', 'both', 'edge'].includes(arc.sense) &&
    names.includes(arc.from) &&
    tables.every((table) => table.length === entries || table.length === 0)
  );
}
