// Checks logs by what Go's checksum database is checked by: golang.org/x/mod/sumdb/note and tlog. Each line of input is a
// question in JSON, each line of output its answer: good, or why not. Nothing of a log is believed but what a note says
// that is signed by one of the keys.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	// note, record, file, tree, or tiles
	Check string   `json:"check"`
	Keys  []string `json:"keys"`
	// Keys of witnesses, of whom each has to have cosigned.
	Witnesses []string `json:"witnesses"`
	Note      string   `json:"note"`
	// A note of the same log that was seen before.
	Old string `json:"old"`
	// Lines of an export, without its first.
	Lines []string `json:"lines"`
	// What is in the log, where that is no event.
	Entry string `json:"entry"`
	// Of a proof, in base64.
	Hashes []string `json:"hashes"`
	// A proof as a file.
	File string `json:"file"`
	// Where tiles are.
	URL string `json:"url"`
	// A tile that comes with another byte than it was sent with.
	Spoilt string `json:"spoilt"`
}

type answer struct {
	Good   bool   `json:"good"`
	Why    string `json:"why,omitempty"`
	Origin string `json:"origin,omitempty"`
	Size   int64  `json:"size"`
	Root   string `json:"root,omitempty"`
	// Which tiles were read.
	Tiles []string `json:"tiles,omitempty"`
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked question
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "the question can't be read:", err)
			os.Exit(1)
		}
		var said answer
		if err := asked.check(&said); err != nil {
			said.Why = err.Error()
		} else {
			said.Good = true
		}
		if err := out.Encode(said); err != nil {
			os.Exit(1)
		}
	}
}

func (q question) check(said *answer) error {
	text, path := q.Note, q.Hashes
	index := int64(-1)
	if q.Check == "file" {
		var err error
		if index, path, text, err = proofFile(q.File); err != nil {
			return err
		}
	}
	tree, origin, err := q.open(text)
	if err != nil {
		return err
	}
	said.Origin, said.Size, said.Root = origin, tree.N, tree.Hash.String()
	switch q.Check {
	case "note":
		return nil
	case "record", "file":
		at, leaf, err := q.leaf()
		if err != nil {
			return err
		}
		if index < 0 {
			index = at
		}
		if len(q.Lines) > 0 && at != index {
			return fmt.Errorf("the proof is of entry %d, the event is the one of position %d", index, at)
		}
		proof, err := hashes(path)
		if err != nil {
			return err
		}
		return tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf)
	case "tree":
		old, before, err := q.open(q.Old)
		if err != nil {
			return err
		}
		if before != origin {
			return errors.New("the two notes are of two logs")
		}
		proof, err := hashes(q.Hashes)
		if err != nil {
			return err
		}
		return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
	case "tiles":
		return q.tiles(tree, said)
	}
	return errors.New("there is no such check")
}

// Of a note whose every line was checked: its tree, and its log's name, which is also its key's.
func (q question) open(text string) (tlog.Tree, string, error) {
	var known []note.Verifier
	for _, key := range q.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return tlog.Tree{}, "", err
		}
		known = append(known, verifier)
	}
	var witnesses []note.Verifier
	for _, key := range q.Witnesses {
		verifier, err := witness(key)
		if err != nil {
			return tlog.Tree{}, "", err
		}
		witnesses = append(witnesses, verifier)
	}
	opened, err := note.Open([]byte(text), note.VerifierList(append(known, witnesses...)...))
	if err != nil {
		return tlog.Tree{}, "", err
	}
	for _, one := range witnesses {
		if !signed(opened, one) {
			return tlog.Tree{}, "", errors.New("not cosigned by " + one.Name())
		}
	}
	end := strings.IndexByte(opened.Text, '\n')
	origin := opened.Text[:end]
	if opened.Sigs[0].Name != origin {
		return tlog.Tree{}, "", errors.New("the note is signed by another log")
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree" + opened.Text[end:]))
	return tree, origin, err
}

func signed(opened *note.Note, by note.Verifier) bool {
	for _, one := range opened.Sigs {
		if one.Name == by.Name() && one.Hash == by.KeyHash() {
			return true
		}
	}
	return false
}

// A witness of C2SP tlog-cosignature, cosignature/v1, which this release of the package doesn't know: the package judges
// the note, this the one signature.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func witness(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("this is no verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return nil, errors.New("this is no key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if parts[1] != fmt.Sprintf("%08x", hash) {
		return nil, errors.New("the verifier key's id isn't the one of its key")
	}
	return cosigner{parts[0], hash, key[1:]}, nil
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 { return c.hash }

func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	return ed25519.Verify(c.key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, msg)), sig[8:])
}

// The entry's place, as far as an event tells it, and its hash.
func (q question) leaf() (int64, tlog.Hash, error) {
	if len(q.Lines) == 0 {
		return -1, tlog.RecordHash([]byte(q.Entry)), nil
	}
	return ofEvent(q.Lines[0])
}

// Writes an exported event anew from what it says, so that it isn't believed to have been canonical: members in order, no
// spaces, nothing escaped that needn't be. That is RFC 8785 wherever a text has none of U+0008, U+000C, U+2028 and U+2029,
// which Go escapes in its own way.
func ofEvent(line string) (int64, tlog.Hash, error) {
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.UseNumber()
	var exported struct {
		Event map[string]interface{} `json:"event"`
	}
	if err := decoder.Decode(&exported); err != nil {
		return 0, tlog.Hash{}, err
	}
	number, ok := exported.Event["position"].(json.Number)
	if !ok {
		return 0, tlog.Hash{}, errors.New("the event has no position")
	}
	position, err := number.Int64()
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	var record bytes.Buffer
	encoder := json.NewEncoder(&record)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(exported.Event); err != nil {
		return 0, tlog.Hash{}, err
	}
	return position, tlog.RecordHash(bytes.TrimSuffix(record.Bytes(), []byte("\n"))), nil
}

func hashes(texts []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, nil
}

// A file of C2SP tlog-proof.
func proofFile(file string) (index int64, path []string, checkpoint string, err error) {
	head, checkpoint, found := strings.Cut(file, "\n\n")
	lines := strings.Split(head, "\n")
	// What a file carries beside is under no signature: who asks says what the entry is to be.
	if len(lines) > 1 && strings.HasPrefix(lines[1], "extra ") {
		lines = append(lines[:1], lines[2:]...)
	}
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 2 || !strings.HasPrefix(lines[1], "index ") {
		return 0, nil, "", errors.New("this is no proof")
	}
	index, err = strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	return index, lines[2:], checkpoint, err
}

// Tiles of height 8, which C2SP leaves out of the path.
type tiles struct {
	url, token, spoilt string
	size               int64
	read               map[string][]byte
}

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := t.get(strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) get(path string) ([]byte, error) {
	if data, known := t.read[path]; known {
		return data, nil
	}
	request, err := http.NewRequest("GET", t.url+path, nil)
	if err != nil {
		return nil, err
	}
	if t.token != "" {
		request.Header.Set("Authorization", "Bearer "+t.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("tile %s: %s", path, response.Status)
	}
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if path == t.spoilt {
		data[len(data)/2] ^= 1
	}
	t.read[path] = data
	return data, nil
}

// Takes each hash from the tile that has it, as wide as it is in a tree of this size, and compares it with nothing.
func (t tiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, index := range indexes {
		tile := tlog.TileForIndex(t.Height(), index)
		tile.W = 1 << t.Height()
		if there := t.size>>(tile.L*t.Height()) - tile.N<<t.Height(); there < int64(tile.W) {
			tile.W = int(there)
		}
		data, err := t.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return nil, err
		}
		hash, err := tlog.HashFromTile(tile, data[0], index)
		if err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, nil
}

// The tree's root by tiles alone; then every leaf, by tiles that Go holds against the root, is its event's.
func (q question) tiles(tree tlog.Tree, said *answer) error {
	from := tiles{url: q.URL, token: os.Getenv("TOKEN"), spoilt: q.Spoilt, size: tree.N, read: map[string][]byte{}}
	root, err := tlog.TreeHash(tree.N, from)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the tiles' root is %s", root)
	}
	var indexes []int64
	var leaves []tlog.Hash
	for _, line := range q.Lines {
		position, leaf, err := ofEvent(line)
		if err != nil {
			return err
		}
		indexes = append(indexes, tlog.StoredHashIndex(0, position))
		leaves = append(leaves, leaf)
	}
	there, err := tlog.TileHashReader(tree, from).ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if there[i] != leaf {
			return fmt.Errorf("the leaf of line %d isn't its event's", i+1)
		}
	}
	for path := range from.read {
		said.Tiles = append(said.Tiles, path)
	}
	return nil
}
