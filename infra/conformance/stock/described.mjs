// What tools that know nothing of us make of the documents that describe the API: a linter, a parser, and a generator of
// types, with whose types a client is compiled that then does an admin's day.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Parser } from '@asyncapi/parser/cjs/index.js'
import openapiTS, { astToString } from 'openapi-typescript'

const { BASE_URL, DOCUMENTS, EMAIL, PASSWORD, ORGANIZATION } = process.env
const generated = path.resolve('generated')
fs.rmSync(generated, { recursive: true, force: true })
fs.mkdirSync(generated)

const run = (program, args) => {
  try {
    return { status: 0, said: execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' }) }
  } catch (failure) {
    return { status: failure.status, said: failure.stdout + failure.stderr }
  }
}

const linted = {}
for (const name of DOCUMENTS.split(' ')) {
  const answer = await fetch(BASE_URL + name)
  const file = path.join(generated, name.replaceAll('/', '_'))
  fs.writeFileSync(file, await answer.text())
  const { status, said } = run('node_modules/@stoplight/spectral-cli/dist/index.js', [
    'lint', '-r', 'spectral.yaml', '--fail-severity', 'warn', '-q', '-f', 'text', file])
  linted[name] = status === 0 ? 'clean' : said.slice(0, 2000)
}

const { document, diagnostics } = await new Parser().parse(
  fs.readFileSync(path.join(generated, '_asyncapi.json'), 'utf8'))
const topics = document?.channels().all().map((channel) => channel.address()).sort() ?? []

const types = astToString(await openapiTS(pathToFileURL(path.join(generated, '_openapi.json'))))
fs.writeFileSync(path.join(generated, 'openapi.d.ts'), types)
fs.copyFileSync('day.ts', path.join(generated, 'day.ts'))
const compiled = run('node_modules/typescript/bin/tsc', [])

let day = null
if (compiled.status === 0) {
  const { default: adminsDay } = await import(pathToFileURL(path.join(generated, 'day.js')))
  day = await adminsDay(BASE_URL, EMAIL, PASSWORD, ORGANIZATION)
}
console.log(JSON.stringify({
  linted,
  asyncapi: diagnostics.map((one) => `${one.severity} ${one.code} ${one.path.join('/')} ${one.message}`),
  topics,
  compiled: compiled.status === 0 ? 'clean' : compiled.said.slice(0, 4000),
  day,
}))
