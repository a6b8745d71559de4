import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/** A place on the bus, and when the bus named it (epoch ms): an id is good for as long as its events are kept. */
export type Place = { position: number; issuedAt: number };

export type ReplayIds = {
  /** 16 opaque bytes: the same place always has the same ones. */
  write(place: Place): Buffer;
  /** Null of bytes that this org's bus never gave. */
  read(bytes: Uint8Array): Place | null;
};

const mark = 0x42555321;

/** Replay ids of one org. They are enciphered, so that no client can compute with them or use another org's. */
export function createReplayIds(orgId: string): ReplayIds {
  const key = createHash("sha256").update(orgId).digest().subarray(0, 16);
  return {
    write({ position, issuedAt }) {
      const block = Buffer.alloc(16);
      block.writeUIntBE(position, 0, 6);
      block.writeUIntBE(issuedAt, 6, 6);
      block.writeUInt32BE(mark, 12);
      return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block);
    },
    read(bytes) {
      if (bytes.length !== 16) return null;
      const block = createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(bytes);
      if (block.readUInt32BE(12) !== mark) return null;
      return { position: block.readUIntBE(0, 6), issuedAt: block.readUIntBE(6, 6) };
    },
  };
}
