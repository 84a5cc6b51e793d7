import { defineConfig } from 'vitest/config';

// tfjs ships ES modules whose imports name no file ending: Vite has to resolve them, not Node.
const tfjs = { server: { deps: { inline: [/@tensorflow\/tfjs-(core|backend-wasm)/] } } };

export default defineConfig({
  resolve: { mainFields: ['module', 'main'] },
  test: {
    // Two cores: files of one project run one after the other where they start processes.
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, ...tfjs } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          ...tfjs,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
