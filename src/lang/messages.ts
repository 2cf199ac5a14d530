import { EOF, tokenLabel, tokenMatcher, type IParserErrorMessageProvider, type IToken } from 'chevrotain';
import { RightBrace } from './tokens.js';

/** Separates what was expected from what was found in the one string that the parser hands through. */
const separator = '\u0000';

const definitions = '`datapath` or `sweep`';
const sweepStatements =
  'a statement (`NAME in …`, `where`, `measure`, `let`, `pareto`, `search(…)`, `budget(…)`) or `}`';
const statements = 'a statement (`in`, `out`, `let`, `type`, `reg`, `pipeline`) or `}`';

/** Tells syntax errors in words that a designer knows: what was expected, and what stands there. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage({ expected, actual, ruleName }) {
    if (expected === EOF) return pair(ruleName === 'lone' ? 'nothing more' : definitions, actual);
    if (expected === RightBrace && ruleName === 'datapath') return pair(statements, actual);
    if (expected === RightBrace && ruleName === 'sweep') return pair(sweepStatements, actual);
    return pair(tokenLabel(expected), actual);
  },
  buildNotAllInputParsedMessage({ firstRedundant }) {
    return pair(definitions, firstRedundant);
  },
  buildNoViableAltMessage({ actual, customUserDescription, ruleName }) {
    const expected = ruleName === 'vector' ? '`,`, `for` or `]`' : (customUserDescription ?? 'a statement');
    return pair(expected, actual[0]!);
  },
  buildEarlyExitMessage({ actual, customUserDescription }) {
    return pair(customUserDescription ?? 'more', actual[0]!);
  },
};

function pair(expected: string, found: IToken): string {
  const end = tokenMatcher(found, EOF);
  return expected + separator + (end ? 'the end of the file' : `\`${found.image.slice(0, 24)}\``);
}

/** What was expected and what was found, from a message made above. */
export function expectedAndFound(message: string): readonly [string, string] {
  const [expected, found] = message.split(separator);
  return [expected!, found ?? ''];
}
