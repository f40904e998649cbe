"""Priority dispatching over time: whenever a machine comes free, the most urgent block that waits.

Operations that can go to the same machines share a queue; a queue is served at the earliest time
at which one of its machines is open and free and one of its operations is ready; of queues that
share machines and could be served at the same time, the one with the most urgent head. Within a
queue there is a heap per setup family, so that only the head of each is compared: near-linear in
operations.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from collections.abc import Collection

from app.core.watch import look
from app.scheduling.decode import Decoder
from app.scheduling.problem import FOREVER, MachineKind
from app.scheduling.setups import State
from app.scheduling.shop import Shop, Way, block_graph

HEADS = 12
"""How many heads of families are compared at a time."""
LOOKAHEAD, SETUP_SCALE = 3.0, 0.4
"""k1 and k2 of ATCS: how far ahead due dates are felt, how much a setup weighs."""
SPARE = 2
"""How many times the work that follows has to fit before the due date to spare overtime."""
PATIENCE = 0.12
"""Part of an oven's run for which a batch that is not full waits for more."""
FILLING, OF_SLACK = 1.5, 0.5
"""The same for a batch below its least load, and the part of its slack that it waits at most."""
LOOK_BACK = 60
"""Of a campaign, so many runs are looked at: one that takes more has lasted long enough."""
PATIENT = frozenset({"atcs", "edd", "critical_ratio"})
"""Rules by which ovens wait for their least load, and campaigns are made as long as they should be:
those that look at due dates, and so can tell what can wait."""


Event = tuple[int, float]
NEVER: Event = (FOREVER, 0.0)


class Queue:
    """Blocks whose first operation goes to the same machines."""

    def __init__(self, machines: tuple[int, ...], oven: bool) -> None:
        self.machines = machines
        self.oven = oven
        self.coming: list[tuple[int, int]] = []  # (ready, block)
        self.waiting: dict[State, list[tuple[float, int]]] = {}
        self.least: dict[State, int] = {}  # load that a batch of a family should have
        self.load: Counter[State] = Counter()  # of what waits
        self.left: Counter[State] = Counter()  # of all that has not been served yet
        self.since: dict[State, int] = {}  # when the first that waits has come
        self.count = 0
        self.event = NEVER  # when it is to be served next, and how urgent its head is


class Dispatcher:
    """Feeds a decoder with blocks, by rule."""

    def __init__(
        self, shop: Shop, decoder: Decoder, rule: str, source: random.Random | None
    ) -> None:
        self.shop, self.decoder, self.rule, self.source = shop, decoder, rule, source
        self.queues: dict[tuple[int, ...], Queue] = {}
        self.head_ways = [self._head_ways(block) for block in shop.blocks]
        self.lookahead = LOOKAHEAD * (source.uniform(0.4, 2.5) if source else 1.0)
        self.patient = rule in PATIENT
        self.lasting = [
            [(k, part.least_run) for k, part in enumerate(setups.parts) if part.least_run]
            for setups in shop.setups
        ]
        self._measure()

    # -- static figures -------------------------------------------------------------------

    def _head_ways(self, block: list[int]) -> list[Way]:
        operation = next((o for o in block if not self.shop.given[o]), block[0])
        return self.decoder.ways(operation) or self.shop.ways[operation]

    def _measure(self) -> None:
        """Least work of each operation, what follows it in its order, and the mean."""
        shop, operations = self.shop, self.shop.problem.operations
        self.least, self.tail = shop.least_work, shop.tail
        self.mean = max(1.0, sum(self.least) / max(1, len(operations)))
        orders = shop.problem.orders
        self.due = [0] * len(shop.blocks)
        self.weight = [1] * len(shop.blocks)
        self.key = [0.0] * len(shop.blocks)
        baseline = {p.operation: p.setup_start for p in shop.problem.baseline}
        for index, block in enumerate(shop.blocks):
            self.due[index] = min(shop.due[o] - self.tail[o] for o in block)
            made_for = [order for o in block for order in operations[o].orders]
            self.weight[index] = max(orders[order].weight for order in made_for)
            self.key[index] = self._static(index, block, baseline)

    def _static(self, index: int, block: list[int], baseline: dict[int, int]) -> float:
        """The order within a family's heap; smaller is more urgent."""
        head = block[0]
        work = self.tail[head] + self.least[head]
        if self.rule == "most_work":
            key = -float(work)
        elif self.rule == "baseline":
            key = float(baseline.get(head, FOREVER))
        elif self.rule == "critical_ratio":
            key = (self.due[index] + self.tail[head] - self.shop.now) / max(1, work)
        else:
            key = float(self.due[index])
        if self.source is not None:
            scale = 0.15 * abs(key) if self.rule == "most_work" else 4 * self.mean
            key += self.source.uniform(-1, 1) * scale
        return key

    # -- the run --------------------------------------------------------------------------

    def spare_overtime(self) -> None:
        """Work that can wait for regular hours and still be in time does."""
        pairs = zip(self.shop.due, self.tail, strict=True)
        self.decoder.latest = [due - SPARE * tail for due, tail in pairs]

    def run(self) -> None:
        """Places every block that can be placed."""
        self.blocks_left, self.follow = block_graph(self.shop)
        self.events: list[tuple[Event, tuple[int, ...]]] = []
        self._least_loads()
        for block, count in enumerate(self.blocks_left):
            if not count:
                self._arrive(block)
        while self.events:
            look()
            event, machines = heapq.heappop(self.events)
            queue = self.queues[machines]
            if event != queue.event:
                continue  # an earlier event has taken its place
            queue.event = NEVER
            if not queue.count:
                continue
            time, _ = event
            if self._time(queue) <= time:
                self._serve(queue, time)
            self._expect(queue)
        self.decoder.give_up()

    def _queue(self, block: int) -> Queue:
        ways = self.head_ways[block]
        machines = tuple(sorted({way.machine for way in ways}))
        queue = self.queues.get(machines)
        if queue is None:
            oven = any(way.kind is MachineKind.BATCH for way in ways)
            queue = self.queues[machines] = Queue(machines, oven)
        return queue

    def _arrive(self, block: int) -> None:
        queue = self._queue(block)
        ready = self._ready(block)
        heapq.heappush(queue.coming, (ready, block))
        queue.count += 1
        self._expect(queue)

    def _expect(self, queue: Queue) -> None:
        """Sees to it that the queue is served at its time."""
        if not queue.count:
            return
        event = (self._time(queue), self._urgency(queue))
        if event < queue.event:
            queue.event = event
            heapq.heappush(self.events, (event, queue.machines))

    def _urgency(self, queue: Queue) -> float:
        """The least key of its heads; before any waits, that of the next one to come."""
        if not queue.waiting:
            return self.key[queue.coming[0][1]]
        return min(heads[0][0] for heads in queue.waiting.values())

    def _ready(self, block: int) -> int:
        operation = self.shop.blocks[block][0]
        limits = self.decoder.floor.bounds(operation)
        if limits is None:
            return self.shop.now
        return min(max(limits.held, limits.run), FOREVER - 1)

    def _time(self, queue: Queue) -> int:
        """When the queue can be served next."""
        free = min((self._opening(m) for m in queue.machines), default=self.shop.now)
        if not queue.oven:
            self._gather(queue, free)
        if queue.waiting:
            if queue.least:
                ripe = min(self._ripe_at(queue, family) for family in queue.waiting)
                free = max(free, min(ripe, queue.coming[0][0]) if queue.coming else ripe)
            return min(free, FOREVER - 1)
        ready = queue.coming[0][0] if queue.coming else FOREVER
        if queue.oven and queue.coming:
            ready += int(PATIENCE * self.head_ways[queue.coming[0][1]][0].least_run)
        return min(max(free, ready), FOREVER - 1)  # a queue in which something is gets its turn

    def _frontier(self, machine: int) -> int:
        book = self.decoder.floor.books[machine]
        if book.ends:
            return max(self.shop.now, book.ends[-1])
        return self.shop.now

    def _opening(self, machine: int) -> int:
        """When it is open and nothing follows any more."""
        time = self._frontier(machine)
        calendar = self.shop.problem.machines[machine].calendar
        return self.shop.calendars[calendar].next_open(time)

    def _gather(self, queue: Queue, time: int) -> None:
        """What has come by then waits."""
        while queue.coming and queue.coming[0][0] <= time:
            ready, block = heapq.heappop(queue.coming)
            family = self._family(block)
            if queue.least:
                if family not in queue.waiting:
                    queue.since[family] = ready
                queue.load[family] += self._load(block)
            heapq.heappush(queue.waiting.setdefault(family, []), (self.key[block], block))

    def _serve(self, queue: Queue, time: int) -> None:
        self._gather(queue, time)
        family = self._choose(queue, time)
        if family is None:
            return
        for block in self._together(queue, family):
            self._place(block)

    def _place(self, block: int) -> None:
        if not self.decoder.place(block):
            return
        for other in self.follow[block]:
            self.blocks_left[other] -= 1
            if not self.blocks_left[other]:
                self._arrive(other)
        for other in self.decoder.fed(block):
            self._arrive(other)

    def _family(self, block: int) -> State:
        operation = self.shop.problem.operations[self.shop.blocks[block][0]]
        if self.head_ways[block] and self.head_ways[block][0].kind is MachineKind.BATCH:
            return (operation.batch_family, *operation.families)
        return operation.families

    def _choose(self, queue: Queue, time: int) -> State | None:
        """The family that is to go next; None if all that waits should wait for more."""
        ready: Collection[State] = queue.waiting
        if queue.least:
            ready = [family for family in ready if self._ripe_at(queue, family) <= time]
        if len(ready) < 2:
            return next(iter(ready), None)
        machine = min(queue.machines, key=self._frontier)
        chosen = self._most_urgent(queue, ready, machine, time)
        if self.patient and self.lasting[machine]:
            return self._lasting(queue, ready, machine, time, chosen)
        return chosen

    def _most_urgent(
        self, queue: Queue, ready: Collection[State], machine: int, time: int
    ) -> State:
        """The family whose head is the most urgent by the rule (ATCS: with its setup)."""
        if self.rule != "atcs":
            return min(ready, key=lambda f: queue.waiting[f][0])
        families = heapq.nsmallest(HEADS, ready, key=lambda f: queue.waiting[f][0])
        mounted = self._mounted(machine)
        if mounted in ready and mounted not in families:
            families.append(mounted)
        return max(families, key=lambda f: self._index(queue.waiting[f][0][1], machine, time))

    def _mounted(self, machine: int) -> State:
        floor = self.decoder.floor
        book = floor.books[machine]
        if book.owners:
            return floor.mounted[machine].get(book.owners[-1], ())
        return self.shop.setups[machine].initial

    def _index(self, block: int, machine: int, time: int) -> float:
        """ATCS, as a logarithm: large slack would make the exponential vanish."""
        operation = self.shop.blocks[block][0]
        work = max(1, self.least[operation])
        slack = max(0, self.due[block] - work - time)
        setups = self.shop.setups[machine]
        families = self.shop.problem.operations[operation].families
        change = setups.change(self._mounted(machine), families)
        minutes = FOREVER if change is None else change.minutes
        return (
            math.log(self.weight[block] / work if self.weight[block] > 0 else 1e-9)
            - slack / (self.lookahead * self.mean * 8)
            - minutes / (SETUP_SCALE * self.mean)
        )

    def _together(self, queue: Queue, family: State) -> list[int]:
        """The head of the family; of an oven's family as many as one batch holds, latest first."""
        heap = queue.waiting[family]
        taken: list[int] = []
        room = self._room(queue) if queue.oven else 0
        while heap:
            _, block = heapq.heappop(heap)
            queue.count -= 1
            taken.append(block)
            ways = self.head_ways[block]
            room -= ways[0].load if ways else 0
            if queue.least:
                queue.load[family] -= self._load(block)
                queue.left[family] -= self._load(block)
            if room <= 0:
                break
        if not heap:
            del queue.waiting[family]
        if len(taken) > 1:
            taken.sort(key=lambda b: (-self._ready(b), -self.least[self.shop.blocks[b][0]]))
        return taken

    # -- ovens that wait for their least load ---------------------------------------------

    def _least_loads(self) -> None:
        """What a batch of each family should have, and how much of the family there is."""
        if not self.patient:
            return
        for block, ways in enumerate(self.head_ways):
            if not ways or ways[0].kind is not MachineKind.BATCH:
                continue
            queue, family = self._queue(block), self._family(block)
            least = ways[0].mode.least_load
            queue.left[family] += ways[0].load
            if least:
                queue.least[family] = max(least, queue.least.get(family, 0))

    def _load(self, block: int) -> int:
        ways = self.head_ways[block]
        return ways[0].load if ways else 0

    def _ripe_at(self, queue: Queue, family: State) -> int:
        """From when on what waits of a family is to go in.

        At once if it is load enough or all there is; else when the first has waited long enough,
        by the run and by the slack that the most urgent has.
        """
        least, load = queue.least.get(family, 0), queue.load[family]
        if load >= least or load >= queue.left[family]:
            return -FOREVER
        _, block = queue.waiting[family][0]
        since = queue.since[family]
        slack = int(OF_SLACK * (self._latest(block) - since))
        return since + max(0, min(slack, int(FILLING * self.head_ways[block][0].least_run)))

    def _latest(self, block: int) -> int:
        """When a block must begin to be in time."""
        return self.due[block] - self.least[self.shop.blocks[block][0]]

    # -- campaigns that last --------------------------------------------------------------

    def _lasting(
        self, queue: Queue, ready: Collection[State], machine: int, time: int, chosen: State
    ) -> State:
        """A family that cuts no campaign short, if the chosen one can wait for it.

        Or if that one, too, would be late if it waited: then one of them waits anyway.
        """
        kept = self._unfinished(machine)
        if not kept or not self._cuts(queue, chosen, kept):
            return chosen
        staying = [family for family in ready if not self._cuts(queue, family, kept)]
        if not staying:
            return chosen
        other = min(staying, key=lambda f: queue.waiting[f][0])
        urgent, block = queue.waiting[chosen][0][1], queue.waiting[other][0][1]
        works = [self.least[self.shop.blocks[b][0]] for b in (urgent, block)]
        waits = self._latest(urgent) >= time + works[1]
        late = self._latest(block) < time + works[0]
        return other if waits or late else chosen

    def _cuts(self, queue: Queue, family: State, kept: list[tuple[int, int]]) -> bool:
        """Whether a family ends one of the campaigns (part, family) that should go on."""
        operation = self.shop.blocks[queue.waiting[family][0][1]][0]
        own = self.shop.problem.operations[operation].families
        return any(k < len(own) and own[k] not in (-1, mounted) for k, mounted in kept)

    def _unfinished(self, machine: int) -> list[tuple[int, int]]:
        """(part, family) of what is mounted last, as far as its campaign has not lasted yet."""
        floor, operations = self.decoder.floor, self.shop.problem.operations
        book = floor.books[machine]
        kept = []
        for k, least in self.lasting[machine]:
            minutes, position = 0, len(book.owners)
            first = max(0, position - LOOK_BACK)
            while position > first and minutes < least:
                position -= 1
                spot = floor.lead(machine, book.owners[position])
                own = operations[spot.operation].families
                if k >= len(own) or own[k] == -1:
                    continue
                minutes += spot.way.least_run
                before = floor.mounted_before(machine, position)[k]
                if before == own[k]:
                    continue
                begun = before != -1 and operations[spot.operation].started is None
                if begun and minutes < least:
                    kept.append((k, own[k]))
                break
        return kept

    def _room(self, queue: Queue) -> int:
        machines = self.shop.problem.machines
        return max(machines[m].capacity for m in queue.machines)
