"""The two edits that the published models need before today's trackers can use them.

The face's landmark model gives 468 points while today's trackers read 478 and would return garbage
without complaint, so a GATHER is appended that repeats ten eye points in the places of the iris
points. The pose model does not say how its input picture is scaled, which today's trackers want to
be told, so that is added. A TFLite model is a FlatBuffer: what is new is laid before the old model,
of which no byte changes.

Standard library only, as `build_models`.
"""

from __future__ import annotations

import struct

FACE_POINTS = 468
# What stands in for the iris points 468-477: lid points of the same eye, in the iris points' own
# order (centre, towards the picture's right, top, towards its left, bottom), right eye then left.
IRIS_STAND_INS = (159, 133, 159, 33, 145, 386, 263, 386, 362, 374)

# Values fixed by TensorFlow Lite's schema.
GATHER = 36
GATHER_OPTIONS = 23
FLOAT32, INT32 = 0, 2
MODEL_FIELDS = 8
SUBGRAPH_FIELDS = 5
# And of the metadata's own schema.
METADATA_NAME = b"TFLITE_METADATA"
NORMALIZATION_OPTIONS = 1


class BuildError(RuntimeError):
    """The bundles cannot be made; the message says why and what to do."""


class _Table:
    """A table of a FlatBuffer, read in place."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data, self.position = data, position
        self.vtable = position - _int(data, position)

    @classmethod
    def root(cls, data: bytes) -> _Table:
        return cls(data, _int(data, 0))

    def field(self, index: int) -> int | None:
        """Where the field's value lies, or None when it is left at its default."""
        entry = 4 + 2 * index
        if entry >= struct.unpack_from("<H", self.data, self.vtable)[0]:
            return None
        offset = struct.unpack_from("<H", self.data, self.vtable + entry)[0]
        return self.position + offset if offset else None

    def target(self, index: int) -> int | None:
        """Where the table, vector or string that the field refers to begins."""
        at = self.field(index)
        return None if at is None else at + _int(self.data, at)

    def tables(self, index: int) -> list[int]:
        """Where each table of the field's vector begins."""
        at = self.target(index)
        if at is None:
            return []
        entries = [at + 4 + 4 * i for i in range(_int(self.data, at))]
        return [entry + _int(self.data, entry) for entry in entries]

    def ints(self, index: int) -> list[int]:
        """The field's vector of 32-bit integers."""
        at = self.target(index)
        return [] if at is None else list(_ints(self.data, at + 4, _int(self.data, at)))


def _int(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<i", data, at)[0])


def _ints(data: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}i", data, at)


class _Front:
    """New FlatBuffer objects, to be put before an untouched old buffer.

    References in a FlatBuffer only point forward and relative, so the old buffer keeps its meaning
    when moved as a whole, and objects laid before it may refer into it.
    """

    def __init__(self) -> None:
        self.data = bytearray()
        self.references: list[tuple[int, int, bool]] = []

    def align(self, to: int, ahead: int = 0) -> int:
        """Pad so that the byte `ahead` of here falls on a multiple of `to`; give this place."""
        self.data += bytes(-(len(self.data) + ahead) % to)
        return len(self.data)

    def refer(self, at: int, target: int, *, old: bool) -> None:
        """Note that the four bytes `at` shall refer to `target`, in the old buffer or here."""
        self.references.append((at, target, old))

    def ints(self, values: list[int], to: int = 4) -> int:
        """Lay down a vector of 32-bit integers; give its place."""
        at = self.align(to, ahead=4)
        self.data += struct.pack(f"<i{len(values)}i", len(values), *values)
        return at

    def string(self, text: bytes) -> int:
        at = self.align(4)
        self.data += struct.pack("<i", len(text)) + text + b"\0"
        return at

    def tables(self, old: list[int], new_count: int) -> tuple[int, list[int]]:
        """Lay down a vector of old tables and room for new ones; give its place and the rooms."""
        at = self.ints([0] * (len(old) + new_count))
        struct.pack_into("<i", self.data, at, len(old) + new_count)
        for i, target in enumerate(old):
            self.refer(at + 4 + 4 * i, target, old=True)
        return at, [at + 4 + 4 * (len(old) + i) for i in range(new_count)]

    def table(self, fields: dict[int, int]) -> tuple[int, dict[int, int]]:
        """Lay down a table of four-byte fields; give its place and where each field lies."""
        count = max(fields, default=-1) + 1
        size = 4 + 4 * len(fields)
        vtable = self.align(4)
        places = {index: 4 + 4 * i for i, index in enumerate(sorted(fields))}
        entries = [places.get(i, 0) for i in range(count)]
        self.data += struct.pack(f"<HH{count}H", 4 + 2 * count, size, *entries)
        at = self.align(4)
        self.data += struct.pack("<i", at - vtable)
        for index in sorted(fields):
            self.data += struct.pack("<i", fields[index])
        return at, {index: at + place for index, place in places.items()}

    def model(self, old: bytes, replaced: tuple[int, ...]) -> dict[int, int]:
        """Begin a model like the old one; give where its fields lie, of which `replaced` are open.

        A field that the old model has not is added where it is among the `replaced`.
        """
        root = _Table.root(old)
        self.data += bytes(4) + b"TFL3"
        kept = {i: 0 for i in range(1, MODEL_FIELDS) if root.field(i) or i in replaced}
        at, fields = self.table({0: _int(old, root.field(0) or 0)} | kept)
        self.refer(0, at, old=False)
        for i in kept.keys() - set(replaced):
            if (target := root.target(i)) is not None:
                self.refer(fields[i], target, old=True)
        return fields

    def buffer(self, place: int, old: list[int], content: bytes) -> None:
        """Lay down the model's buffers for the field at `place`, with a new one at their end."""
        buffers_at, (room,) = self.tables(old, 1)
        self.refer(place, buffers_at, old=False)
        buffer_at, fields = self.table({0: 0})
        self.refer(room, buffer_at, old=False)
        at = self.align(16, ahead=4)
        self.data += struct.pack("<i", len(content)) + content
        self.refer(fields[0], at, old=False)

    def join(self, old: bytes) -> bytes:
        """Resolve every reference and put the old buffer behind, keeping its alignment."""
        shift = self.align(64)
        for at, target, in_old in self.references:
            distance = target + (shift if in_old else 0) - at
            if distance <= 0:
                raise BuildError("a reference would point backwards")
            struct.pack_into("<i", self.data, at, distance)
        return bytes(self.data) + old


def with_iris_stand_ins(model: bytes) -> bytes:
    """Append a GATHER to the 468-point face model so that it gives 478 points.

    Args:
        model: A TFLite model whose first output is (1, 1, 1, 1404) float32.

    Returns:
        A TFLite model whose first output is (1, 1, 1, 1434): the same points, then the ten of
        `IRIS_STAND_INS`.
    """
    root = _Table.root(model)
    (subgraph_at,) = root.tables(2)
    subgraph = _Table(model, subgraph_at)
    codes, buffers = root.tables(1), root.tables(4)
    tensors, operators = subgraph.tables(0), subgraph.tables(3)
    points, *others = subgraph.ints(2)
    if _Table(model, tensors[points]).ints(0) != [1, 1, 1, 3 * FACE_POINTS]:
        raise BuildError("the face model's first output is not 468 points")
    sources = [*range(FACE_POINTS), *IRIS_STAND_INS]
    indices = [3 * point + axis for point in sources for axis in range(3)]
    index_tensor, output_tensor = len(tensors), len(tensors) + 1

    front = _Front()
    model_fields = front.model(model, replaced=(1, 2, 4))

    def new(place: int, target: int) -> None:
        front.refer(place, target, old=False)

    codes_at, (code_room,) = front.tables(codes, 1)
    new(model_fields[1], codes_at)
    # deprecated_builtin_code (a byte) and builtin_code hold the same number; version 1 is default.
    new(code_room, front.table({0: GATHER, 3: GATHER})[0])

    graphs_at, (graph_room,) = front.tables([], 1)
    new(model_fields[2], graphs_at)
    kept = {i: 0 for i in range(SUBGRAPH_FIELDS) if subgraph.field(i)}
    graph_at, graph_fields = front.table(kept)
    new(graph_room, graph_at)
    for i in (1, 4):
        if (target := subgraph.target(i)) is not None:
            front.refer(graph_fields[i], target, old=True)
    new(graph_fields[2], front.ints([output_tensor, *others]))

    tensors_at, (index_room, output_room) = front.tables(tensors, 2)
    new(graph_fields[0], tensors_at)
    for room, shape, kind, buffer, name in (
        (index_room, [len(indices)], INT32, len(buffers), b"iris_stand_in_indices"),
        (output_room, [1, 1, 1, len(indices)], FLOAT32, 0, b"face_points_478"),
    ):
        tensor_at, fields = front.table({0: 0, 1: kind, 2: buffer, 3: 0})
        new(room, tensor_at)
        new(fields[0], front.ints(shape))
        new(fields[3], front.string(name))

    operators_at, (operator_room,) = front.tables(operators, 1)
    new(graph_fields[3], operators_at)
    operator_at, fields = front.table({0: len(codes), 1: 0, 2: 0, 3: GATHER_OPTIONS, 4: 0})
    new(operator_room, operator_at)
    new(fields[1], front.ints([points, index_tensor]))
    new(fields[2], front.ints([output_tensor]))
    new(fields[4], front.table({0: 3})[0])

    front.buffer(model_fields[4], buffers, struct.pack(f"<{len(indices)}i", *indices))
    return front.join(model)


def with_picture_scale(model: bytes) -> bytes:
    """Note in a model that its input picture's bytes are divided by 255.

    Args:
        model: A TFLite model without metadata that takes one picture with values in 0..1.
    """
    root = _Table.root(model)
    buffers, notes = root.tables(4), root.tables(6)
    front = _Front()
    model_fields = front.model(model, replaced=(4, 6))
    front.buffer(model_fields[4], buffers, _picture_scale(mean=0.0, deviation=255.0))
    notes_at, (room,) = front.tables(notes, 1)
    front.refer(model_fields[6], notes_at, old=False)
    note_at, fields = front.table({0: 0, 1: len(buffers)})
    front.refer(room, note_at, old=False)
    front.refer(fields[0], front.string(METADATA_NAME), old=False)
    return front.join(model)


def _picture_scale(mean: float, deviation: float) -> bytes:
    """Model metadata that says how the one input is normalised, and nothing else."""
    front = _Front()
    front.data += bytes(4) + b"M001"

    def only(place: int, fields: dict[int, int]) -> dict[int, int]:
        """Lay down a vector of one new table for the field at `place`; give its fields."""
        vector_at, (room,) = front.tables([], 1)
        front.refer(place, vector_at, old=False)
        table_at, places = front.table(fields)
        front.refer(room, table_at, old=False)
        return places

    metadata_at, metadata = front.table({3: 0})
    front.refer(0, metadata_at, old=False)
    graph = only(metadata[3], {2: 0})
    picture = only(graph[2], {4: 0})
    step = only(picture[4], {0: NORMALIZATION_OPTIONS, 1: 0})
    options_at, options = front.table({0: 0, 1: 0})
    front.refer(step[1], options_at, old=False)
    for field, value in enumerate((mean, deviation)):
        at = front.align(4)
        front.data += struct.pack("<if", 1, value)
        front.refer(options[field], at, old=False)
    return front.join(b"")
