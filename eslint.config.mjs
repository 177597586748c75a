import eslint from '@eslint/js';
import eui from '@elastic/eslint-plugin-eui';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The table "Rooms" of docs/architecture.md: what each room may import of ours. */
const ROOMS = [
  { target: './common', from: ['./server', './ingest', './public', './stories', './scripts', './test'] },
  {
    target: './server/bridge',
    from: ['./server/rules', './server/violations', './server/traces', './server/kibana', './server/standalone'],
  },
  {
    target: ['./server/rules', './server/violations', './server/traces'],
    from: ['./server/kibana', './server/standalone', './server/bridge'],
  },
  { target: './server/host', from: ['./server/kibana', './server/standalone'] },
  { target: './server/kibana', from: ['./server/standalone'] },
  { target: './server/standalone', from: ['./server/kibana'] },
  { target: './server', from: ['./public', './stories', './scripts', './test'] },
  { target: './ingest', from: ['./server', './public', './stories', './scripts', './test'] },
  { target: './public', from: ['./server', './ingest', './stories', './scripts', './test'] },
  // no page knows which host it is in
  { target: './public/app', from: './public', except: ['./app'] },
  { target: './public/standalone', from: ['./public/kibana', './public/plugin.tsx', './public/index.ts'] },
  { target: ['./public/kibana', './public/plugin.tsx'], from: './public/standalone' },
];

export default tseslint.config(
  { ignores: ['node_modules', 'build', 'target', 'data', 'coverage'] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: ROOMS }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['common/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'path', 'crypto', '@kbn/*'],
              message: 'common runs everywhere: no Node, no DOM, no Kibana.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'window', 'document', 'require'],
    },
  },
  {
    files: ['public/**/*.{ts,tsx}', 'stories/**/*.{ts,tsx}'],
    plugins: { '@elastic/eui': eui },
    rules: {
      ...eui.configs.recommended.rules,
      // the EUI of the oldest Kibana that we run in knows neither these props nor the new names of icons
      '@elastic/eui/no-deprecated-icon-aliases': 'off',
      '@elastic/eui/callout-announce-on-mount': 'off',
      '@elastic/eui/callout-prefer-props-for-content': 'off',
    },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { require: 'readonly', module: 'writable' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);
