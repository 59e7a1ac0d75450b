/** Waits until condition() is truthy and returns its value; fails with what was waited for. */
export async function until(condition, what, timeout = 10000, every = 50) {
  const end = Date.now() + timeout
  let last
  while (Date.now() < end) {
    try {
      const value = await condition()
      if (value) return value
      last = value
    } catch (error) {
      last = error.message ?? error
    }
    await new Promise((resume) => setTimeout(resume, every))
  }
  throw new Error(`not within ${timeout} ms: ${what} (last: ${JSON.stringify(last)})`)
}
