// A browser's own network namespace behind a router's: browser 10.78.0.2 ── 10.78.0.1 router 10.79.0.2 ── 10.79.0.1 server.
// The router forwards and masquerades, so that the line can be cut without either end being told, the browser can move
// to another address, and the server can see another address while the browser sees nothing.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './until.mjs'

export const kServerAddress = '10.79.0.1'
const kBrowserRoutes = ['route', 'replace', 'default', 'via', '10.78.0.1']

const run = (command, ...rest) => execFileSync(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] }).toString()

export class FarLine {
  async open() {
    this.router = await this.space()
    this.browser = await this.space()
    run('ip', 'link', 'add', 'far0', 'type', 'veth', 'peer', 'name', 'far1', 'netns', this.router.pid)
    run('ip', 'address', 'add', `${kServerAddress}/24`, 'dev', 'far0')
    run('ip', 'link', 'set', 'far0', 'up')
    this.at(this.router, 'ip', 'link', 'set', 'lo', 'up')
    this.at(this.router, 'ip', 'link', 'add', 'near0', 'type', 'veth', 'peer', 'name', 'near1', 'netns', this.browser.pid)
    this.at(this.router, 'ip', 'address', 'add', '10.79.0.2/24', 'dev', 'far1')
    this.at(this.router, 'ip', 'address', 'add', '10.78.0.1/24', 'dev', 'near0')
    for (const device of ['far1', 'near0']) this.at(this.router, 'ip', 'link', 'set', device, 'up')
    this.at(this.router, 'nft', 'add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }; '
      + 'add rule ip nat out oifname "far1" masquerade')
    this.at(this.browser, 'ip', 'link', 'set', 'lo', 'up')
    this.at(this.browser, 'ip', 'address', 'add', '10.78.0.2/24', 'dev', 'near1')
    this.at(this.browser, 'ip', 'link', 'set', 'near1', 'up')
    this.at(this.browser, 'ip', ...kBrowserRoutes)
    this.cut(false)
  }

  /** A process that keeps a new network namespace, in which others can be started. */
  async space() {
    const holder = spawn('unshare', ['-n', 'sleep', 'infinity'], { stdio: 'ignore' })
    const own = readlinkSync('/proc/self/ns/net')
    await until(() => readlinkSync(`/proc/${holder.pid}/ns/net`) !== own, 'a network namespace', 5000, 10)
    return holder
  }
  at(space, command, ...rest) { return run('nsenter', '-t', String(space.pid), '-n', command, ...rest) }

  /** A program that runs another one at the browser's end. */
  launcher(folder, program) {
    const path = join(folder, 'far-' + program.split('/').at(-1))
    writeFileSync(path, `#!/bin/sh\nexec nsenter -t ${this.browser.pid} -n ${program} "$@"\n`)
    chmodSync(path, 0o755)
    return path
  }

  /** Every packet is dropped on the way, both ways; no interface goes down. */
  cut(on) { this.at(this.router, 'sh', '-c', `echo ${on ? 0 : 1} > /proc/sys/net/ipv4/ip_forward`) }

  /** The browser's machine gets another address, as on another network. */
  moveBrowser(address) {
    this.at(this.browser, 'ip', 'address', 'flush', 'dev', 'near1')
    this.at(this.browser, 'ip', 'address', 'add', `${address}/24`, 'dev', 'near1')
    this.at(this.browser, 'ip', ...kBrowserRoutes)
  }

  /** The router gets another address: its translations are gone, the browser notices nothing by itself. */
  moveRouter(address) {
    this.at(this.router, 'ip', 'address', 'flush', 'dev', 'far1')
    this.at(this.router, 'ip', 'address', 'add', `${address}/24`, 'dev', 'far1')
  }

  close() {
    for (const space of [this.browser, this.router]) space?.kill('SIGKILL')
  }
}
