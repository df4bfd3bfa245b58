package layer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
)

// A Version names rules.
type Version struct {
	Version string `json:"version"` // such as 2026.1, or 2026.1 + example-clinic 1
	Digest  string `json:"digest"`  // sha256: and the hex digest of the rule files, names and contents
}

// Version names the layers, and has a digest of theirs.
func (s *Stack[V]) Version() Version { return s.version }

func (s *Stack[V]) versionOf() Version {
	version, sum := s.kind.Version, sha256.New()
	for _, l := range s.layers {
		fmt.Fprintf(sum, "%s %s\n", l.pack.Name, l.digest)
		if l.source.Pack != "" {
			fmt.Fprintf(sum, "%s %q\n", l.pack.Version, l.pack.Payers)
			version += " + " + l.pack.Name + " " + l.pack.Version
		}
	}
	return Version{Version: version, Digest: "sha256:" + hex.EncodeToString(sum.Sum(nil))}
}

// digest is the SHA-256 over names and contents of the files of a layer, in order of name.
func (s Source) digest() (string, error) {
	sum := sha256.New()
	for _, place := range append([]Dir{{s.FS, s.Dir}}, s.With...) {
		entries, err := fs.ReadDir(place.FS, place.Dir)
		if err != nil {
			return "", fmt.Errorf("read rules: %w", err)
		}
		for _, entry := range entries {
			if entry.IsDir() || path.Ext(entry.Name()) != ".yaml" {
				continue
			}
			content, err := fs.ReadFile(place.FS, path.Join(place.Dir, entry.Name()))
			if err != nil {
				return "", fmt.Errorf("read rules: %w", err)
			}
			fmt.Fprintf(sum, "%s %d\n", entry.Name(), len(content))
			sum.Write(content)
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
