import { canonicalSpan } from '../../../common/trace/canonical';
import type { SpanView } from '../../../common/trace/span';

/** A span's content in a form that `toEqual` compares and prints well; objects of different classes come out the same. */
export const plain = (span: SpanView): unknown => JSON.parse(canonicalSpan(span));
