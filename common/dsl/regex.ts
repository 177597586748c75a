import { RE2JS } from 're2js';
import { LIMITS } from './limits';
import type { RegexPlan } from './plan';
import { RegexTranslator, Refusal } from './regex_translator';

const FLAGS = 'ims';
/**
 * What has to be compiled to know whether it may be: counted repetitions multiply, and the engine doesn't know every
 * property. Everything else takes at most two instructions for each of its characters.
 */
const UNCERTAIN = /\{\d|\\[pP]/;

/** A regular expression of JavaScript, `/…/flags`, as the linear-time engine has it, or why it can't be used. */
export function translateRegex(text: string): { readonly regex: RegexPlan } | { readonly refused: string } {
  const end = text.lastIndexOf('/');
  const flags = text.slice(end + 1).replace('u', '');
  const body = text.slice(1, end);
  if (body.length > LIMITS.regexLength) return { refused: `it is longer than ${LIMITS.regexLength} characters` };
  const unknown = [...flags].find((flag, i) => !FLAGS.includes(flag) || flags.indexOf(flag) < i);
  if (unknown !== undefined) return { refused: `the flags are i, m, s and u, each once, not ${unknown}` };
  try {
    const source = new RegexTranslator(body, flags).translate();
    const regex = { source, flags: flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0 };
    if (!UNCERTAIN.test(body) || compileRegex(regex).programSize() <= LIMITS.regexInstructions) return { regex };
    return { refused: `it takes more than ${LIMITS.regexInstructions} instructions` };
  } catch (error) {
    return { refused: error instanceof Refusal ? error.message : 'its repetitions are too many' };
  }
}

/** Made for running. */
export const compileRegex = ({ source, flags }: RegexPlan): RE2JS => RE2JS.compile(source, flags);
