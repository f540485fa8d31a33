// The reference page of bundles: what is in the file, and why one is not made or not taken.
import { bundleFaults } from '../packages/server/src/bundle-fault.ts'

const members = [
  ['format, version', '固定为 gridwright-bundle 和 1', 'always gridwright-bundle and 1'],
  ['locality, release', '哪个属地、哪个版本', 'of which locality, and which release'],
  ['who, why', '谁签的，为什么', 'who signed it, and why'],
  ['effectiveFrom', '从何时起有效；null 是马上', 'from when on it counts; null for at once'],
  ['at', '何时签的', 'when it was signed'],
  [
    'signer',
    '签名的人的公钥（Ed25519，RFC 8032），64 位十六进制',
    'public key of the signer (Ed25519, RFC 8032), 64 hexadecimal digits'
  ],
  [
    'signature',
    '签名，128 位十六进制：签的是除它和 texts 以外各项的规范 JSON（RFC 8785）',
    'signature, 128 hexadecimal digits, over the canonical JSON (RFC 8785) of all members but itself and texts'
  ],
  ['files', '每个文件的 SHA-256', 'SHA-256 of each file'],
  ['texts', '每个文件的内容', 'content of each file']
] as const

/** The page as Markdown. */
export function bundlesPage(): string {
  const contents = members.map(([name, zh, en]) => `| ${name} | ${zh} | ${en} |`)
  const plain = (text: string) => text.replaceAll(/\{(\w+)\}/g, '*$1*').replaceAll('<', '\\<')
  const faults = Object.entries(bundleFaults).map(
    ([code, [[zh, en], [cureZh, cureEn]]]) =>
      `| \`${code}\` | ${plain(zh)}；${plain(cureZh)} | ${plain(en)}; ${plain(cureEn)} |`
  )
  return `# 签名包 · Bundles

\`gridwright export bundle\` 写，\`gridwright publish --bundle\` 读：一个版本，一个 JSON 文件（UTF-8，至多 64 MB）。写法只有一种，差一个字节就不收。
Written by \`gridwright export bundle\` and read by \`gridwright publish --bundle\`: one release in one JSON file (UTF-8, at most 64 MB). There is one way to spell it; a byte that differs, and it is refused.

## 里面有什么 · What is in it

| member | 中文 | English |
|---|---|---|
${contents.join('\n')}

装的是版本保存的文件：全部配置，以及 \`expect\` 要数的 areas、appointments、registrations 三张表；没有人员表、商品表和情景。
The files are those that a release keeps: all config, and the tables areas, appointments and registrations that \`expect\` counts; no table of people or goods, and no scenarios.

## 为什么不收 · Why one is refused

| code | 中文 | English |
|---|---|---|
${faults.join('\n')}
`
}
