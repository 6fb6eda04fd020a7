"""The verbs of the command line: one file each, thin: parse, call, print. `assembly` alone builds real parts."""
