// The size of files, so a reader can read one in one sitting. Biome checks that no file has over 200 lines and no function over 60
// (biome.json). This test checks the median.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('half of the files of the program have at most 80 lines', () => {
  const lines = ['shared/**/*.ts', 'functions/*.ts']
    .flatMap((pattern) => globSync(pattern))
    .map((file) => readFileSync(file, 'utf8').split('\n').length - 1)
    .sort((a, b) => a - b);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(80);
});

// Without that file no run would register the slow tests (test/part.ts).
test('each file with slow tests has a .full.test.ts for test:full', () => {
  const withSlow = globSync('test/**/*.test.ts').filter((file) =>
    /\bslow(?:Test|Describe)\b.*from '[./]+part\.ts'/.test(readFileSync(file, 'utf8')),
  );
  expect(withSlow.length).toBeGreaterThan(5);
  const full = (file: string) => file.replace(/\.test\.ts$/, '.full.test.ts');
  const run = new Set(globSync('test/**/*.full.test.ts'));
  expect(withSlow.filter((file) => !run.has(full(file)))).toEqual([]);
});
