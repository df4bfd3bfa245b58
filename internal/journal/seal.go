package journal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
)

const (
	keyLength   = 32 // bytes: AES-256
	keyIDLength = 8  // bytes of the key's hash before everything that it sealed
)

// A Key seals what is kept, or opens what it sealed before.
type Key struct {
	id   [keyIDLength]byte
	aead cipher.AEAD
}

// NewKey is the key of 32 random bytes.
func NewKey(secret []byte) (Key, error) {
	if len(secret) != keyLength {
		return Key{}, fmt.Errorf("the key has %d bytes and needs %d, make one with: openssl rand -base64 %d", len(secret), keyLength, keyLength)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return Key{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Key{}, err
	}
	key := Key{aead: aead}
	sum := sha256.Sum256(append([]byte("chargenote journal key id\x00"), secret...))
	copy(key.id[:], sum[:])
	return key, nil
}

// ReadKey reads a file that holds one key as base64 and nothing else.
func ReadKey(file string) (Key, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the configuration names it
	if err != nil {
		return Key{}, errors.New("the key cannot be read, check the name and who may read it")
	}
	secret, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(content)))
	if err != nil {
		return Key{}, fmt.Errorf("the key is not base64, make one with: openssl rand -base64 %d", keyLength)
	}
	return NewKey(secret)
}

// randomKey is a key that nobody else has, for a journal that ends with the program.
func randomKey() Key {
	secret := make([]byte, keyLength)
	_, _ = rand.Read(secret) // never fails, its documentation says
	key, err := NewKey(secret)
	if err != nil {
		panic(err) // the length is right
	}
	return key
}

// keys are those of the configuration: the first one seals, every one opens.
type keys []Key

var (
	errNoKey  = errors.New("it was sealed under a key that is not listed")
	errSealed = errors.New("it is not what was sealed for this place")
)

func (k keys) seal(plain, bound []byte) []byte {
	return k[0].aead.Seal(bytes.Clone(k[0].id[:]), nil, plain, bound)
}

func (k keys) open(sealed, bound []byte) ([]byte, error) {
	if len(sealed) < keyIDLength {
		return nil, errSealed
	}
	for _, key := range k {
		if !bytes.Equal(key.id[:], sealed[:keyIDLength]) {
			continue
		}
		plain, err := key.aead.Open(nil, nil, sealed[keyIDLength:], bound)
		if err != nil {
			return nil, errSealed
		}
		return plain, nil
	}
	return nil, errNoKey
}

// sealedByFirst reports whether the key that seals now sealed it.
func (k keys) sealedByFirst(sealed []byte) bool { return bytes.HasPrefix(sealed, k[0].id[:]) }

// hashed is a keyed hash: without the key, nobody can try visits against it.
func hashed(key, name []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write(name)
	return string(h.Sum(nil))
}
