import type { Finding } from '../../common/violations/finding';
import { draftOf } from './document';
import { nextRevision, type Standing } from './revision';
import { judgement } from './test_support/fixtures';

const CONTEXT = { foundAt: new Date(0), version: '1', evidence: 'none' as const };
const standing = (verdict: Standing['verdict']): Standing => ({ revision: 3, verdict, verdictDigest: 'sha256:0' });
const retracted: Finding = { ...judgement(), verdict: 'retracted', lateSpans: 1 };
const next = (finding: Finding, found?: Standing): number | undefined => nextRevision(draftOf(finding, CONTEXT), found);

test('what is not there is not retracted, unless it may still come', () => {
  expect(next(retracted)).toBeUndefined();
  expect(next({ ...retracted, isUnsure: true })).toBe(1);
});

test('what is there is retracted once', () => {
  for (const finding of [retracted, { ...retracted, isUnsure: true as const }]) {
    expect(next(finding, standing('violated'))).toBe(4);
    expect(next(finding, standing('retracted'))).toBeUndefined();
  }
});
