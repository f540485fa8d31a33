// Two test projects: `node`, and `browser` in a real Chromium. Packages are read from their sources, nothing is built first.
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromium } from './scripts/chromium.ts'

const browserTests = ['packages/*/test/**/*.browser.test.ts']
const nodeTests = ['packages/*/test/**/*.test.ts', 'test/*.test.ts']

const launchOptions = await chromium()

export default defineConfig({
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  ssr: {
    resolve: {
      conditions: ['source', 'module', 'node', 'development|production'],
      externalConditions: ['source', 'node']
    }
  },
  server: { host: '127.0.0.1' },
  test: {
    maxWorkers: 2,
    testTimeout: 60_000,
    // Machines that run this are shared: what failed only because another was busy is tried once more.
    retry: 1,
    hookTimeout: 180_000,
    teardownTimeout: 15_000,
    expect: { poll: { timeout: 10_000 } },
    passWithNoTests: false,
    onConsoleLog: log => !log.includes('Lit is in dev mode'),
    api: { host: '127.0.0.1' },
    projects: [
      {
        extends: true,
        // As Node finds it: the server and its libraries have one copy, or a schema of one is none to the other.
        resolve: { alias: { graphql: fileURLToPath(import.meta.resolve('graphql')) } },
        test: {
          name: 'node',
          environment: 'node',
          include: nodeTests,
          exclude: browserTests,
          globalSetup: ['packages/server/test/global-setup.ts'],
          execArgv: ['--conditions=source']
        }
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browserTests,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions }),
            instances: [{ browser: 'chromium' }]
          }
        }
      }
    ]
  }
})
