package smart

// A Store keeps launches.
type Store interface{}
