// Starts, kills and restarts the real server on a scratch folder.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { until } from './until.mjs'

export class HuibanServer {
  constructor({ arguments: extra = ['--demo'], environment = {} } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'huiban-e2e-'))
    this.extra = extra
    this.environment = environment
    this.log = join(process.env.HUIBAN_OUTPUT, 'server.log')
  }

  /** Starts and waits for the ready file; ports stay the same over restarts. */
  async start() {
    const ready = join(this.folder, 'ready.json')
    rmSync(ready, { force: true })
    const out = openSync(this.log, 'a')
    this.process = spawn(process.env.HUIBAN_BINARY, ['serve', '--ready-file', ready, ...this.extra], {
      cwd: process.env.HUIBAN_SOURCE,
      stdio: ['ignore', out, out],
      env: {
        ...process.env,
        HUIBAN_STORE_PATH: join(this.folder, 'huiban.db'),
        HUIBAN_SERVER_CERTIFICATE: join(this.folder, 'cert.pem'),
        HUIBAN_SERVER_PRIVATE_KEY: join(this.folder, 'key.pem'),
        HUIBAN_SERVER_HTTPS_PORT: '0',
        HUIBAN_LOG_LEVEL: 'debug',
        ...this.environment,
      },
    })
    this.exited = once(this.process, 'exit')
    await until(() => existsSync(ready) || this.process.exitCode !== null, 'server ready', 20000)
    if (this.process.exitCode !== null) throw new Error('the server did not start; see ' + this.log)
    const facts = JSON.parse(readFileSync(ready, 'utf8'))
    // First passwords are only in the first start's answer once they are changed.
    this.facts = { ...facts, first_passwords: { ...facts.first_passwords, ...this.facts?.first_passwords } }
    this.url = facts.url
    return this.facts
  }

  /** kill -9, as a power cut would; resolves when the process is gone. */
  async kill() {
    this.process.kill('SIGKILL')
    await this.exited
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode) return
    this.process.kill('SIGTERM')
    await this.exited
  }

  cleanUp() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
