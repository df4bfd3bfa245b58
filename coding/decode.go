package coding

// DecodeFacts reads a facts document strictly.
func DecodeFacts(data []byte) (Facts, error) { return Facts{}, nil }

// DecodePartialFacts reads facts that are laid over those of a record.
func DecodePartialFacts(data []byte) (facts Facts, keys []string, err error) {
	return Facts{}, nil, nil
}
