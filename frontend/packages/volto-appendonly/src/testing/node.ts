// The setup of Volto's own tests expects a browser. Tests of the server have none.
(globalThis as any).window ??= globalThis;
