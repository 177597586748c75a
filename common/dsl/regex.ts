import { RE2JS } from 're2js';
import { LIMITS } from './limits';
import type { RegexPlan } from './plan';
import { RegexTranslator, Refusal } from './regex_translator';

const FLAGS = 'ims';
/** Up to here no count in a pattern can be too large for the engine. */
const CERTAINLY_FEW = 1000;

/** A regular expression of JavaScript, `/…/flags`, as the linear-time engine has it, or why it can't be used. */
export function translateRegex(text: string): { readonly regex: RegexPlan } | { readonly refused: string } {
  const end = text.lastIndexOf('/');
  const flags = text.slice(end + 1).replace('u', '');
  const body = text.slice(1, end);
  if (body.length > LIMITS.regexLength) return { refused: `it is longer than ${LIMITS.regexLength} characters` };
  const unknown = [...flags].find((flag, i) => !FLAGS.includes(flag) || flags.indexOf(flag) < i);
  if (unknown !== undefined) return { refused: `the flags are i, m, s and u, each once, not ${unknown}` };
  try {
    const translator = new RegexTranslator(body, flags);
    const source = translator.translate();
    const regex = { source, flags: flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0 };
    // compiling takes many times as long as all the rest
    if (!translator.hasProperties && translator.instructions <= CERTAINLY_FEW) return { regex };
    if (compileRegex(regex).programSize() <= LIMITS.regexInstructions) return { regex };
    return { refused: `it takes more than ${LIMITS.regexInstructions} instructions` };
  } catch (error) {
    return { refused: error instanceof Refusal ? error.message : 'its repetitions are too many' };
  }
}

/** Made for running. */
export const compileRegex = ({ source, flags }: RegexPlan): RE2JS => RE2JS.compile(source, flags);
