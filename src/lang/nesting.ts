import type { IToken } from 'chevrotain';
import { limits } from './limits.js';
import * as tokens from './tokens.js';

const opening = new Set([tokens.LeftParen, tokens.LeftBracket, tokens.LeftBrace]);
const closing = new Set([tokens.RightParen, tokens.RightBracket, tokens.RightBrace]);
const restarts = new Set([tokens.Comma, tokens.Datapath, tokens.Sweep, ...tokens.statementStarts]);

/**
 * The first token at which brackets and `if`s stand deeper inside each other than the limit. The parser descends
 * once for each, so this is looked at before it runs.
 */
export function tooNested(list: readonly IToken[]): IToken | undefined {
  const groups = [0];
  let depth = 0;
  for (const token of list) {
    const type = token.tokenType;
    if (opening.has(type)) groups.push(0);
    else if (closing.has(type)) depth -= groups.length > 1 ? groups.pop()! + 1 : 0;
    else if (restarts.has(type)) {
      depth -= groups.at(-1)!;
      groups[groups.length - 1] = 0;
    } else if (type === tokens.If) groups[groups.length - 1]!++;
    if (opening.has(type) || type === tokens.If) depth++;
    if (depth > limits.nesting) return token;
  }
  return undefined;
}
