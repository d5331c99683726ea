"""The proof: unit (mirrors src), contract, model, flows, races, faults, house, bench; shared fakes live beside them."""
