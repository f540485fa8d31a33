/** Why a bundle cannot be made or taken, or a key not be trusted, with a code, in words and with the cure. */
import { commandFault, type CommandFault } from './terminal.ts'

type Words = readonly [problem: readonly [string, string], cure: readonly [string, string]]
/** Code → problem and cure, `{file}` the bundle and `{what}` what it turned on. Public API: docs/reference/bundles.md is made from it. */
export const bundleFaults = {
  'bundle.missing': [
    ['没有文件 {file}', 'there is no file {file}'],
    ['请检查路径', 'check the path']
  ],
  'bundle.too-large': [
    ['{file} 超过 {what} 字节', '{file} is larger than {what} bytes'],
    [
      '签名包只装配置和计数用的表；请核对文件，或减少 data/ 里的行',
      'a bundle holds config and the tables that are counted; check the file, or take rows out of data/'
    ]
  ],
  'bundle.not-one': [
    ['{file} 不是签名包', '{file} is no bundle'],
    [
      '请用 gridwright export bundle 重新导出，原样拷来：不要改名、打开另存或压缩后的内容',
      'export it again with gridwright export bundle and copy it as it is, neither packed nor saved by an editor'
    ]
  ],
  'bundle.newer': [
    [
      '{file} 是更新的 Gridwright 做的（第 {what} 版格式）',
      '{file} was made by a newer Gridwright (version {what} of the format)'
    ],
    ['请先升级这里的 Gridwright', 'upgrade Gridwright here first']
  ],
  'bundle.altered': [
    ['{file} 在签名以后被改过', '{file} was altered after it was signed'],
    [
      '请向签名的人重新要一份，按字节原样拷贝；再不对，就查它经过了谁的手',
      'ask the signer for it again and copy it byte for byte; if that does not help, find out through whose hands it went'
    ]
  ],
  'bundle.file-altered': [
    ['{file} 里的 {what} 在签名以后被改过', '{what} in {file} was altered after it was signed'],
    [
      '请向签名的人重新要一份，按字节原样拷贝；再不对，就查它经过了谁的手',
      'ask the signer for it again and copy it byte for byte; if that does not help, find out through whose hands it went'
    ]
  ],
  'bundle.unknown-signer': [
    ['{file} 的签名钥匙这里不认识：{what}', 'the key that signed {file} is not known here: {what}'],
    [
      '先打电话或当面和签名的人核对这串字符，一致再运行：gridwright trust {what} --name <谁>',
      'compare these characters with the signer, by telephone or face to face, and only then run: gridwright trust {what} --name <who>'
    ]
  ],
  'bundle.differs': [
    ['{file} 的内容在这里得到另一个版本：{what}', 'the content of {file} makes another release here: {what}'],
    [
      '两边的 Gridwright 不是同一版，或签名的人没有用 gridwright export bundle；请升级较旧的一边，再导出一次',
      'both sides do not run the same Gridwright, or the signer did not use gridwright export bundle; upgrade the older side and export it again'
    ]
  ],
  'bundle.unfit': [
    ['这些不能装进签名包：{what}', 'this cannot be put into a bundle: {what}'],
    [
      '文件的路径要短于 300 个字符，--as 短于 200，--why 短于 2000，都不含控制字符',
      'keep the path of a file under 300 characters, --as under 200, --why under 2000, and control characters out of all'
    ]
  ],
  'bundle.too-early': [
    [
      '{file} 要从 {what} 起才有效，而这个属地还没有发布过，没有可以顶替的',
      '{file} is to count from {what} on, and nothing of this locality is live yet that it could replace'
    ],
    ['到那时再发布，或请签名的人不写 --from 再导出', 'publish it then, or have it exported without --from']
  ],
  'bundle.or-folder': [
    ['publish 要一个文件夹，或者 --bundle 一个签名包', 'publish takes either a folder or a bundle by --bundle'],
    ['请只写其中一个', 'name one of them']
  ],
  'trust.no-key': [
    ['“{what}” 不是签名钥匙', '“{what}” is no key of a signer'],
    [
      '写 64 位十六进制的公钥：签名的一方用 gridwright trust 或导出时就能看到',
      'write the public key, 64 hexadecimal digits: the signer sees it with gridwright trust, and when exporting'
    ]
  ],
  'trust.unknown': [
    ['没有信任过这把钥匙：{what}', 'this key was not trusted: {what}'],
    ['用 gridwright trust 看信任哪些钥匙', 'see which keys are trusted with gridwright trust']
  ]
} as const satisfies Record<string, Words>

/** The codes of `bundleFault`. */
export type BundleFaultCode = keyof typeof bundleFaults

/** The fault `code` about `file`; `what` is what it turned on. */
export function bundleFault(code: BundleFaultCode, file: string, what = ''): CommandFault {
  const fill = (text: string) => text.replaceAll('{file}', () => file).replaceAll('{what}', () => what)
  const [[zh, en], [cureZh, cureEn]] = bundleFaults[code]
  return commandFault([`${code}  ${fill(zh)}`, `${code}  ${fill(en)}`], [fill(cureZh), fill(cureEn)])
}
