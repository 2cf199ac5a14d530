import { failure } from '../base/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { fail, print, printJson, table } from './terminal.js';

/** `bitloom ops [NAME]`: the operator library, generated from its definitions. */
export const run: Run<{ readonly json?: boolean }> = async (name, options) => {
  const { operators } = await import('../ops/index.js');
  const { unknownName } = await import('../builder/index.js');
  const { describeOperator } = await import('../flow/index.js');
  const found = operators.filter((operator) => name === undefined || operator.name === name);
  if (found.length === 0) {
    const known = operators.map((operator) => operator.name);
    return fail(failure(unknownName('operator', name!, known)).diagnostics);
  }
  const described = found.map(describeOperator);
  if (options.json) printJson({ schema: 1, operators: described });
  else if (name === undefined) print(table(described.map((one) => [one.name, one.about])));
  else described.forEach(printOperator);
  return exit.done;
};

type Described = ReturnType<typeof import('../flow/index.js').describeOperator>;

function printOperator(operator: Described): void {
  print(`${operator.name}: ${operator.about}\n`);
  print('parameters');
  print(table(operator.parameters.map((one) => [`  ${one.name}`, one.range, `= ${one.default}`, one.about])));
  print('ports, with the parameters at their defaults');
  print(table(operator.ports.map((port) => [`  ${port.direction}`, port.name, port.type])));
  print(`latency ${operator.latency}`);
}
