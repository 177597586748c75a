import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { PROBLEMS, WARNINGS } from '../common/dsl/problems';
import french from '../translations/fr-FR.json';
import { icuOf } from './app/rules/problem_text';

const TRANSLATED: Readonly<Record<string, string>> = french.messages;
/** Text of JSX that is the same in every language. */
const NAMES = ['BeTrace'];

interface Message {
  readonly id: string;
  readonly text: string;
  readonly values: readonly string[];
}

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => {
    const text = readFileSync(path.join(__dirname, name), 'utf8');
    return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  });

const nodes = sources.flatMap((source) => {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
});

const calls = nodes.filter(
  (node): node is ts.CallExpression => ts.isCallExpression(node) && node.expression.getText() === 'i18n.translate',
);
const isDynamic = (call: ts.CallExpression): boolean => !ts.isStringLiteral(call.arguments[0]!);
const messages = calls.filter((call) => !isDynamic(call)).map(messageOf);
const problems = Object.entries({ ...PROBLEMS, ...WARNINGS }).map(([code, template]) => ({
  id: `betrace.problem.${code}`,
  text: icuOf(template),
}));
const english = new Map([...messages, ...problems].map(({ id, text }) => [id, text]));

function messageOf(call: ts.CallExpression): Message {
  const [id, options] = call.arguments;
  if (!id || !ts.isStringLiteral(id) || !options || !ts.isObjectLiteralExpression(options)) {
    throw new Error(`Neither id nor options may be computed: ${call.getText()}`);
  }
  const text = propertyOf(options, 'defaultMessage');
  if (!text || !ts.isStringLiteral(text)) throw new Error(`The default message is one string: ${call.getText()}`);
  const values = propertyOf(options, 'values');
  const names =
    values && ts.isObjectLiteralExpression(values) ? values.properties.map((value) => value.name!.getText()) : [];
  return { id: id.text, text: text.text, values: names };
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const found = object.properties.find((property) => property.name?.getText() === name);
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}

/** Kinds of parts that name no argument: text, and the `#` of a plural. */
const LITERAL = 0;
const POUND = 7;

type Part = ReturnType<IntlMessageFormat['getAst']>[number];

/** The names of a message's arguments, those inside plurals, too. */
function argumentsOf(text: string, locale: string): string[] {
  const names = new Set<string>();
  const visit = (part: Part): void => {
    if (part.type !== LITERAL && part.type !== POUND) names.add(part.value);
    if ('options' in part) Object.values(part.options).forEach(({ value }) => value.forEach(visit));
  };
  new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst().forEach(visit);
  return [...names].sort();
}

test('there are messages, and only a problem of a rule has an id that is computed', () => {
  expect(messages.length).toBeGreaterThan(100);
  expect(calls.filter(isDynamic).map((call) => call.getSourceFile().fileName)).toEqual(['app/rules/problem_text.ts']);
});

test('an id is ours, and has one text', () => {
  for (const { id, text } of messages) {
    expect(id).toMatch(/^betrace\.[\w.]+$/);
    expect({ id, text: english.get(id) }).toEqual({ id, text });
  }
});

test('every message is in French, and nothing else is', () => {
  expect(Object.keys(TRANSLATED).sort()).toEqual([...english.keys()].sort());
});

test.each([...english])('%s takes the same arguments in both languages', (id, text) => {
  expect(TRANSLATED[id]!.trim()).not.toBe('');
  expect(argumentsOf(TRANSLATED[id]!, 'fr-FR')).toEqual(argumentsOf(text, 'en'));
});

test('a message gets the arguments that it takes', () => {
  for (const { id, text, values } of messages) {
    expect({ id, values: [...values].sort() }).toEqual({ id, values: argumentsOf(text, 'en') });
  }
});

test('no text is written into JSX', () => {
  const texts = nodes
    .filter(ts.isJsxText)
    .map((node) => node.text.trim())
    .filter((text) => /\p{L}/u.test(text) && !NAMES.includes(text));
  expect(texts).toEqual([]);
});

test('no label is written into an attribute', () => {
  const labels = nodes
    .filter(ts.isJsxAttribute)
    .filter((node) => /^(aria-label|label|title|placeholder|helpText|tableCaption|content)$/.test(node.name.getText()))
    .filter((node) => node.initializer && ts.isStringLiteral(node.initializer))
    .map((node) => node.getText());
  expect(labels).toEqual([]);
});
