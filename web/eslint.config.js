// The borders of the application as rules: features never import features, imports go down the rungs only, a file is
// one idea of at most 250 lines with a kebab-case name. Breaking one of them has a message that says why.
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

import js from '@eslint/js';
import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Highest first: each may import what stands after it.
const RUNGS = [['app'], ['features'], ['live', 'charts'], ['ui'], ['api'], ['lib']];

const kebab = {
  meta: { type: 'problem', schema: [] },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename).replace(/\.(test|config|d)?\.?(ts|tsx|js|mjs)$/, '');
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
        context.report({ node, message: `"${name}" is not kebab-case; a file is found by the noun it is named after` });
      }
    },
  }),
};

function border(files, forbidden, why) {
  const patterns = forbidden.map((group) => ({ group: [`@/${group}`, `@/${group}/**`], message: why }));
  patterns.push({ group: ['../*'], message: 'Write imports from another folder as @/folder/file, so that borders are seen.' });
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

const downOnly = RUNGS.flatMap((rung, place) =>
  rung.map((room) => {
    const above = RUNGS.slice(0, place).flat();
    const beside = rung.filter((other) => other !== room);
    return border([`src/${room}/**`], [...above, ...beside], `${room} imports only from the rungs below it: a ring means that a noun is missing.`);
  }),
);

const features = readdirSync(new URL('./src/features', import.meta.url));
const apart = features.map((name) =>
  border(
    [`src/features/${name}/**`],
    ['app', ...features.filter((other) => other !== name).map((other) => `features/${other}`)],
    'Features never import features: what two of them need belongs on a rung below.',
  ),
);

export default tseslint.config(
  { ignores: ['node_modules', '.bench', 'src/api/schema.ts', 'public'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  hooks.configs.flat['recommended-latest'],
  a11y.flatConfigs.recommended,
  {
    plugins: { own: { rules: { kebab } } },
    rules: {
      'own/kebab': 'error',
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // With noUncheckedIndexedAccess a place that was just checked still needs it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'react-hooks/incompatible-library': 'off',
    },
  },
  { files: ['scripts/**', 'mock/**', '*.js'], languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } }, rules: { 'no-console': 'off' } },
  ...downOnly,
  ...apart,
);
