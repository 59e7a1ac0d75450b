// Prints each check as it passes and ends the process with the right code.
import { appendFileSync } from 'node:fs'

let passed = 0
export async function check(name, action) {
  const begin = Date.now()
  try {
    const note = await action()
    passed++
    console.log(`  ok   ${name}${note ? `  [${note}]` : ''}  (${Date.now() - begin} ms)`)
  } catch (error) {
    console.log(`  FAIL ${name}: ${error.stack ?? error}`)
    throw error
  }
}

/** Runs a scenario with its clean-up; a failure exits with 1. */
export async function scenario(name, run) {
  const cleanUps = []
  let failed = false
  console.log(name)
  try {
    await run((action) => cleanUps.unshift(action))
  } catch (error) {
    failed = true
    console.log(error.stack ?? error)
  }
  for (const action of cleanUps) {
    try { await action() } catch (error) { console.log(`  clean-up: ${error}`) }
  }
  console.log(failed ? `${name}: FAILED after ${passed} checks` : `${name}: ${passed} checks passed`)
  process.exit(failed ? 1 : 0)
}

export function record(file, line) { appendFileSync(file, line + '\n') }
