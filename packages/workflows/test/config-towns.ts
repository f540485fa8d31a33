// The folders in whose files every key of the schemas stands somewhere: the village with its points and stars and all else, and a layer on it.
import { eastLayer, filesOf, village, type Files } from './folder.ts'

export const towns: Readonly<Record<string, Files>> = {
  keys: new Map([...village, ...filesOf('packages/workflows/test/village-keys')]),
  village: new Map([
    ...village,
    ...filesOf('packages/workflows/test/village-points'),
    ...filesOf('packages/workflows/test/village-stars')
  ]),
  east: eastLayer
}
