import { hover } from '.';

const at = (marked: string) => hover(marked.replace('|', ''), marked.indexOf('|'));

describe('hovers', () => {
  test.each([
    ['trace.ha|s(span => span.isRoot)', { title: 'trace.has(P)', anchor: 'steps' }],
    [
      'trace.has(span => span.dur|ation > 5)',
      { title: 'duration', type: 'a number of milliseconds', anchor: 'objects' },
    ],
    ["trace.has(span => |span.name === 'a')", { title: 'span', type: 'a span' }],
    ['trace.has(span => span.events.some(event => ev|ent.time > 5))', { title: 'event', type: 'an event' }],
    ["trace.has(span => span.attributes['http.|route'] === 'a')", { title: "'http.route'", type: 'an attribute' }],
    ["trace.has(span => span.isRoot).within('5 se|conds')", { type: 'a duration: 5000 milliseconds' }],
    ['trace.groupBy(s => s.service).so|me(g => g.has(s => s.isRoot))', { title: '.some(g => …)' }],
    ['const slow = s => s.isRoot; trace.has(sl|ow)', { title: 'slow', type: 'an arrow function with a name' }],
    ['trace.has(s => Math.a|bs(s.duration) > 5)', { title: 'Math.abs(x)', anchor: 'values' }],
    ["trace.has(s => 'k' i|n s.attributes)", { title: "'key' in span.attributes" }],
    // where nothing parses
    ['trace.has(span => span.children.filter(c => c.na|', undefined],
    ['trace.has(span => span.children.filter(c => c.na|me', { title: 'name', type: 'a string' }],
    ['))) trace.under(span => (span.isRoot])).ro|ot', { title: 'root', type: 'a span or undefined' }],
  ])('%s', (marked, expected) => {
    if (expected) expect(at(marked)).toMatchObject(expected);
    else expect(at(marked)?.documentation).toBeUndefined();
  });

  test('say what is wrong, with its fix', () => {
    expect(at("trace.has(span => span.nm|ae === 'a')")).toEqual({
      start: 23,
      end: 27,
      title: 'Unknown property `nmae` of span. Did you mean `name`?',
      problems: [
        expect.objectContaining({
          code: 'BT_UNKNOWN_PROPERTY',
          severity: 'error',
          fix: { title: 'Write name', text: 'name' },
        }),
      ],
    });
    expect(at('trace.mi|ssing(span => span.isRoot)')?.problems).toMatchObject([{ severity: 'warning' }]);
  });

  test('are nowhere else', () => {
    expect(at('trace.has(span => span.isRoot) |  ')).toBeUndefined();
    expect(hover('', 0)?.problems).toMatchObject([{ code: 'BT_EMPTY_RULE' }]);
    expect(hover('trace.has(span => span.isRoot)', 99)).toBeUndefined();
  });
});
