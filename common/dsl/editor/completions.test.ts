import { completions } from '.';

const KNOWN = { attributes: ['http.route'], values: { 'http.route': ['/cart'] } };

describe('text that does not parse', () => {
  test.each([
    ['trace.|', 'has', 'step'],
    ['trace.has(span => span. && span.|', 'duration', 'property'],
    ['trace.has(span => span.name === ).and(other => other.|', 'name', 'property'],
    ['trace.has(span => span.children.some(|', 'other => …', 'arrow'],
    ['trace.has(span => span.events.find(event => event.|', 'time', 'property'],
    ['trace.has(span => span.children.map(child => child.name).at(0).|', 'startsWith', 'method'],
    ['trace.under(span => span.name ===).|', 'some', 'step'],
    ['trace.groupBy(span => span.service).some(group => group.|', 'has', 'step'],
    ['(trace.has(a => ) || trace.missing(|)).|', 'within', 'step'],
    ['const login = span => span.; trace.has(|', 'login', 'predicate'],
    ['const login = span => span.isRoot; trace.has(s => s.isRoot && |', 'login', 'predicate'],
    ['trace.has(span => span.isRoot && span.|', 'http.route', 'key'],
    ['trace.has(span => span.parent?.rou|', 'http.route', 'key'],
    ['trace.has(span => span.isRoot).precededBy(|', 'trace.missing', 'step'],
    ["trace.has(span => span.attributes['|", 'http.route', 'key'],
    ["trace.has(span => (span.attributes['http.route'] === '|", '/cart', 'value'],
    ["trace.has(span => span.status === '|\n  && span.isRoot)", 'ERROR', 'value'],
    ['trace.has(span => Math.|', 'abs', 'method'],
    ['|', 'const', 'keyword'],
  ])('%s has %s', (marked, label, kind) => {
    const offset = marked.lastIndexOf('|');
    const text = marked.slice(0, offset) + marked.slice(offset + 1);
    expect(completions(text, offset, KNOWN)).toContainEqual(expect.objectContaining({ label, kind }));
  });

  test.each([
    'trace.has(span => span.isRoot) |',
    '// tra|',
    'trace.has(/ab|c/)',
    'trace.has(span => span.depth > 5|',
    "trace.has('a|', ",
  ])('%s has nothing', (marked) => {
    expect(completions(marked.replace('|', ''), marked.indexOf('|'), KNOWN)).toEqual([]);
  });

  test('says what it replaces, what it puts in, and what that is', () => {
    expect(completions('trace.mis', 9)).toContainEqual({
      start: 6,
      end: 9,
      label: 'missing',
      kind: 'step',
      insert: 'missing(span => ${1:span.isRoot})',
      isSnippet: true,
      documentation: 'No span satisfies the arrow function.',
    });
    const text = 'trace.has(span => span.attributes.ht)';
    const [start, end] = [text.indexOf('.ht'), text.indexOf(')')];
    expect(completions(text, end, KNOWN)).toContainEqual(
      expect.objectContaining({ start, end, insert: "['http.route']", label: 'http.route' }),
    );
  });
});
