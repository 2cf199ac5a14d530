/** An argument given as text, as on the command line: a number, a list `[1, -2]`, true or false, or a name. */
export function parseArgument(text: string): number | string | boolean | readonly number[] {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\[\s*(-?\d+\s*(,\s*-?\d+\s*)*)?\]$/.test(text))
    return text.slice(1, -1).trim() === '' ? [] : text.slice(1, -1).split(',').map(Number);
  return text;
}
