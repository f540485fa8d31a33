// A reader of CSV that the sources import, and browsers never run, wants Node's Buffer to be there when it is loaded.
Object.assign(globalThis, { Buffer: Uint8Array })
export {}
