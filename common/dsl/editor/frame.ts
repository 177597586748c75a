import { elementOf, LIST, literalMask, mayBe, NUMBER, STRING, union } from '../types';
import { resultOf } from './calls';
import type { Meaning, Member } from './meaning';
import { isAttributes, MATCH, memberOf, TRUTH, UNKNOWN, valueOf } from './meaning';
import type { Lexeme } from './scan';

export type FrameKind = 'rule' | 'call' | 'index' | 'list' | 'group' | 'parameters' | 'block';

/** What is called: `owner.member( )`, or a name that stands for a function. */
export interface Callee {
  readonly owner: Meaning;
  readonly member?: Member | undefined;
}

/** What has been read inside one pair of brackets, or of the whole rule, since the last comma or semicolon. */
export class Frame {
  /** The operand that is being read; undefined where one has to begin. */
  operand: Meaning | undefined;
  /** The left side of a comparison whose right side comes next. */
  compared: Meaning | undefined;
  /** Which argument or item, from 0. */
  place = 0;
  /** Parameters of the arrow function whose body is being read. */
  parameters: number | undefined;
  /** A string that stands alone so far: a key. */
  key: Lexeme | undefined;
  private first: Meaning | undefined;
  private alternatives: Meaning | undefined;
  private arithmetic: Meaning | undefined;
  private isTruth = false;

  constructor(
    readonly kind: FrameKind,
    readonly callee?: Callee,
  ) {}

  literal(lexeme: Lexeme): void {
    const { kind, value } = lexeme;
    this.key = kind === 'string' && this.operand === undefined ? lexeme : undefined;
    const constant = kind === 'true' || kind === 'false' ? true : kind === 'null' ? null : value;
    this.operand = valueOf({ mask: literalMask(constant) });
  }

  compare(): void {
    this.compared = this.segment();
    this.isTruth = true;
    this.next();
  }

  /** `!`, and operators that give a Boolean without comparing values of a kind. */
  negate(): void {
    this.isTruth = true;
    this.next();
  }

  calculate(operator: string): void {
    const left = this.arithmetic ?? this.operand;
    const unit = left?.kind === 'value' ? left.type.unit : undefined;
    const isDuration = unit === 'duration' ? operator === '-' || operator === '+' : unit === 'time' && operator === '-';
    this.arithmetic = valueOf({ mask: NUMBER, ...(isDuration ? { unit: 'duration' } : {}) });
    this.next();
  }

  /** `&&`, `||`, `??` and `:`, of which both sides may be what is given. */
  alternate(): void {
    this.alternatives = this.value();
    this.restart();
  }

  /** `?` and `=>`: what comes before is not what is given. */
  forget(): void {
    this.alternatives = undefined;
    this.restart();
  }

  comma(): void {
    if (this.place === 0) this.first = this.argument();
    this.place++;
    this.forget();
    this.parameters = undefined;
  }

  /** What stands here as a whole: an arrow function, or a value. */
  argument(): Meaning | undefined {
    const value = this.value();
    return this.parameters === undefined
      ? value
      : { kind: 'function', parameters: this.parameters, gives: value ?? UNKNOWN };
  }

  /** What the bracket and all that is in it stand for, once it is closed. */
  close(): Meaning {
    const { callee } = this;
    switch (this.kind) {
      case 'call': {
        if (callee?.member)
          return resultOf(callee.owner, callee.member, this.place === 0 ? this.argument() : this.first);
        return callee?.owner.kind === 'function' ? callee.owner.gives : UNKNOWN;
      }
      case 'index':
        return indexed(callee?.owner ?? UNKNOWN, this.key && String(this.key.value));
      case 'list': {
        const item = this.place === 0 ? this.value() : this.first;
        return valueOf({ mask: LIST, element: item?.kind === 'value' ? item.type : undefined });
      }
      case 'group': {
        const value = this.argument();
        // conditions in brackets have the steps of matches
        return value?.kind === 'value' && this.isTruth ? MATCH : (value ?? UNKNOWN);
      }
      default:
        return UNKNOWN;
    }
  }

  private value(): Meaning | undefined {
    const segment = this.segment();
    return this.alternatives && segment ? joined(this.alternatives, segment) : (segment ?? this.alternatives);
  }

  private segment(): Meaning | undefined {
    if (this.isTruth) return this.operand?.kind === 'match' ? MATCH : TRUTH;
    return this.arithmetic ?? this.operand;
  }

  private restart(): void {
    this.isTruth = false;
    this.arithmetic = undefined;
    this.compared = undefined;
    this.next();
  }

  private next(): void {
    this.operand = undefined;
    this.key = undefined;
  }
}

function indexed(owner: Meaning, key: string | undefined): Meaning {
  if (key !== undefined) return keyMeaning(owner, key) ?? memberOf(owner, key)?.meaning ?? UNKNOWN;
  if (owner.kind !== 'value') return UNKNOWN;
  if (mayBe(owner.type, LIST)) return valueOf(elementOf(owner.type));
  return mayBe(owner.type, STRING) ? valueOf({ mask: STRING }) : UNKNOWN;
}

/** What an attribute stands for, where the owner is attributes. */
export function keyMeaning(owner: Meaning, key: string): Meaning | undefined {
  if (!isAttributes(owner)) return undefined;
  return { ...UNKNOWN, subject: { kind: owner.type.owner ?? 'attributes', name: key } };
}

function joined(a: Meaning, b: Meaning): Meaning {
  if (a.kind === 'match' || b.kind === 'match') return MATCH;
  if (a.kind === 'value' && b.kind === 'value') return valueOf(union([a.type, b.type]));
  return a.kind === b.kind ? a : UNKNOWN;
}
