/** How long answers take, `[least, most]` ms on the sandbox's clock: reads; everything else. `[0, 0]` answers at once. */
export type Latency = { readMs: [number, number]; writeMs: [number, number] };
