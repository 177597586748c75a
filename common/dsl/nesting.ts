import { LIMITS } from './limits';
import type { TokenKind } from './tokens';

interface Bracket {
  readonly token: { kind: TokenKind };
  /** Depth outside the bracket, and that of the bracket around it, to go back to. */
  readonly outerDepth: number;
  readonly outerBase: number;
}

/**
 * How deep a parser would be at each token: brackets, arrows, `?:` and runs of unary operators. Also marks the brackets
 * that turn out to hold the parameters of an arrow function.
 */
export class Nesting {
  private readonly brackets: Bracket[] = [];
  /** Depth that the innermost bracket itself has. */
  private base = 0;
  private depth = 0;
  private unary = 0;
  private lastClosed: Bracket | undefined;

  /** Takes in the next token; false when it lies too deep. */
  enter(token: { kind: TokenKind }, previous: { kind: TokenKind } | undefined, operandExpected: boolean): boolean {
    const { kind } = token;
    if (operandExpected && (kind === '!' || kind === '-' || kind === '+' || kind === 'typeof')) this.unary++;
    else if (kind === '(' || kind === '[' || kind === '{') this.open(token);
    else if (kind === ')' || kind === ']' || kind === '}') this.close();
    else if (kind === ',' || kind === ';') this.restart();
    else if (kind === '=>') this.arrow(previous);
    else if (kind === '?') this.deepen();
    else this.unary = 0;
    return this.depth + this.unary <= LIMITS.nesting;
  }

  private open(token: { kind: TokenKind }): void {
    this.brackets.push({ token, outerDepth: this.depth, outerBase: this.base });
    this.depth += this.unary + 1;
    this.base = this.depth;
    this.unary = 0;
  }

  private close(): void {
    this.lastClosed = this.brackets.pop();
    this.depth = this.lastClosed?.outerDepth ?? 0;
    this.base = this.lastClosed?.outerBase ?? 0;
    this.unary = 0;
  }

  private restart(): void {
    this.depth = this.base;
    this.unary = 0;
  }

  private deepen(): void {
    this.depth++;
    this.unary = 0;
  }

  private arrow(previous: { kind: TokenKind } | undefined): void {
    if (previous?.kind === 'identifier') previous.kind = 'parameter';
    if (previous?.kind === ')' && this.lastClosed?.token.kind === '(') this.lastClosed.token.kind = 'parameters(';
    this.deepen();
  }
}
