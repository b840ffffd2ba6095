// Reads report files with hyparquet, in canonical form as `canonical.py` writes it.
// Moments and whole numbers stay BigInt: a JavaScript number rounds beyond 2^53, and a Date keeps milliseconds only.
import { readFileSync, writeFileSync } from 'node:fs'
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'

const parsers = { timestampFromMicroseconds: (microseconds) => microseconds, dateFromDays: (days) => days }

function kind(element) {
  const logical = element.logical_type?.type
  if (element.type === 'BOOLEAN') return 'bool'
  if (element.type === 'DOUBLE') return 'float64'
  if (element.type === 'BYTE_ARRAY' && logical === 'STRING') return 'string'
  if (element.type === 'INT32' && logical === 'DATE') return 'date'
  if (element.type === 'INT64' && logical === undefined) return 'int64'
  if (logical === 'TIMESTAMP' && element.logical_type.unit === 'MICROS' && element.logical_type.isAdjustedToUTC)
    return 'timestamp'
  throw new Error(`${element.name}: ${element.type} ${JSON.stringify(element.logical_type)} is no type of a report`)
}

function float(value) {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}

const words = {
  bool: (value) => value,
  float64: float,
  string: (value) => value,
  date: (days) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  int64: (value) => value.toString(),
  timestamp: (value) => value.toString(),
}

// JSON as Python's json.dumps writes it: a space after commas, and everything but ASCII escaped.
function json(value) {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

async function text(path) {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const kinds = parquetSchema(metadata).children.map(({ element }) => [element.name, kind(element)])
  let rows = []
  await parquetRead({ file, metadata, parsers, rowFormat: 'array', onComplete: (read) => { rows = read } })
  const lines = rows.map((row) =>
    json(kinds.map(([, type], place) => (row[place] === null || row[place] === undefined ? null : words[type](row[place])))),
  )
  return [json(kinds), ...lines.sort((a, b) => (a < b ? -1 : 1))].join('\n') + '\n'
}

const folder = process.argv[2]
const paths = readFileSync(0, 'utf8').split('\n').filter((line) => line)
for (const [number, path] of paths.entries()) {
  writeFileSync(`${folder}/${String(number).padStart(4, '0')}.txt`, await text(path))
}
const { version } = JSON.parse(readFileSync(new URL('node_modules/hyparquet/package.json', import.meta.url)))
process.stdout.write(`hyparquet ${version}\n`)
