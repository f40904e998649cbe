<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BomEditor</name>
    <message numerus="yes">
        <source>%n items without a standard cost</source>
        <translation>
            <numerusform>%n item without a standard cost</numerusform>
            <numerusform>%n items without a standard cost</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CalendarWords</name>
    <message numerus="yes">
        <source>%n machines</source>
        <translation>
            <numerusform>%n machine</numerusform>
            <numerusform>%n machines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moulds</source>
        <translation>
            <numerusform>%n mould</numerusform>
            <numerusform>%n moulds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suppliers</source>
        <translation>
            <numerusform>%n supplier</numerusform>
            <numerusform>%n suppliers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CheckStep</name>
    <message numerus="yes">
        <source>%n errors: mend them here, or leave the rows out. Nothing is written as long as there is one.</source>
        <translation>
            <numerusform>%n error: mend it here, or leave the row out. Nothing is written as long as it is there.</numerusform>
            <numerusform>%n errors: mend them here, or leave the rows out. Nothing is written as long as there is one.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ColumnsStep</name>
    <message numerus="yes">
        <source>%n words without a meaning</source>
        <translation>
            <numerusform>%n word without a meaning</numerusform>
            <numerusform>%n words without a meaning</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message numerus="yes">
        <source>%n lines are the same in both.</source>
        <translation>
            <numerusform>%n line is the same in both.</numerusform>
            <numerusform>%n lines are the same in both.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DayPanel</name>
    <message numerus="yes">
        <source>%n exceptions chosen</source>
        <translation>
            <numerusform>%n exception chosen</numerusform>
            <numerusform>%n exceptions chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DaysPage</name>
    <message numerus="yes">
        <source>%n days worked</source>
        <translation>
            <numerusform>%n day worked</numerusform>
            <numerusform>%n days worked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message numerus="yes">
        <source>%n operations selected</source>
        <translation>
            <numerusform>%n operation selected</numerusform>
            <numerusform>%n operations selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExchangePage</name>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilesStep</name>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message numerus="yes">
        <source>%n errors</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warnings</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n notes</source>
        <translation>
            <numerusform>%n note</numerusform>
            <numerusform>%n notes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HolidayPanel</name>
    <message numerus="yes">
        <source>%n changes chosen</source>
        <translation>
            <numerusform>%n change chosen</numerusform>
            <numerusform>%n changes chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LaneView</name>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>%n copy</numerusform>
            <numerusform>%n copies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LoadView</name>
    <message numerus="yes">
        <source>%n machines</source>
        <translation>
            <numerusform>%n machine</numerusform>
            <numerusform>%n machines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n usable copies</source>
        <translation>
            <numerusform>%n usable copy</numerusform>
            <numerusform>%n usable copies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n errors</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MendView</name>
    <message numerus="yes">
        <source>Accept all %n of this kind</source>
        <translation>
            <numerusform>Accept %n of this kind</numerusform>
            <numerusform>Accept all %n of this kind</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave these %n rows out</source>
        <translation>
            <numerusform>Leave this %n row out</numerusform>
            <numerusform>Leave these %n rows out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OrderColumns</name>
    <message numerus="yes">
        <source>%n times</source>
        <translation>
            <numerusform>once</numerusform>
            <numerusform>%n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OrdersPage</name>
    <message numerus="yes">
        <source>%n orders miss the customer&apos;s date</source>
        <translation>
            <numerusform>%n order misses the customer&apos;s date</numerusform>
            <numerusform>%n orders miss the customer&apos;s date</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OrdersPanel</name>
    <message numerus="yes">
        <source>%n order(s) end later, in all by {time}</source>
        <translation>
            <numerusform>%n order ends later, by {time}</numerusform>
            <numerusform>%n orders end later, in all by {time}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them not placed any more</source>
        <translation>
            <numerusform>%n of them not placed any more</numerusform>
            <numerusform>%n of them not placed any more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PairPanel</name>
    <message numerus="yes">
        <source>%n pairs would change</source>
        <translation>
            <numerusform>%n pair would change</numerusform>
            <numerusform>%n pairs would change</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pairs chosen</source>
        <translation>
            <numerusform>%n pair chosen</numerusform>
            <numerusform>%n pairs chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them are listed</source>
        <translation>
            <numerusform>%n of them is listed</numerusform>
            <numerusform>%n of them are listed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PasteLines</name>
    <message numerus="yes">
        <source>Add %n lines</source>
        <translation>
            <numerusform>Add %n line</numerusform>
            <numerusform>Add %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PastePreview</name>
    <message numerus="yes">
        <source>%n cells change</source>
        <translation>
            <numerusform>%n cell changes</numerusform>
            <numerusform>%n cells change</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n rows</source>
        <translation>
            <numerusform>in %n row</numerusform>
            <numerusform>in %n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new rows</source>
        <translation>
            <numerusform>%n new row</numerusform>
            <numerusform>%n new rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells cannot be taken</source>
        <translation>
            <numerusform>%n cell cannot be taken</numerusform>
            <numerusform>%n cells cannot be taken</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PdfPreview</name>
    <message numerus="yes">
        <source>%n pages</source>
        <translation>
            <numerusform>%n page</numerusform>
            <numerusform>%n pages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RebasePanel</name>
    <message numerus="yes">
        <source>%n edits no longer fit what is planned now.</source>
        <translation>
            <numerusform>%n edit no longer fits what is planned now.</numerusform>
            <numerusform>%n edits no longer fit what is planned now.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordPanel</name>
    <message numerus="yes">
        <source>%n rows chosen</source>
        <translation>
            <numerusform>%n row chosen</numerusform>
            <numerusform>%n rows chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RoutingEditor</name>
    <message numerus="yes">
        <source>Template of {family}: %n items follow it.</source>
        <translation>
            <numerusform>Template of {family}: %n item follows it.</numerusform>
            <numerusform>Template of {family}: %n items follow it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n orders</source>
        <translation>
            <numerusform>%n order</numerusform>
            <numerusform>%n orders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n open operations of {orders} still follow the old routing or recipe.</source>
        <translation>
            <numerusform>%n open operation of {orders} still follows the old routing or recipe.</numerusform>
            <numerusform>%n open operations of {orders} still follow the old routing or recipe.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of these orders have begun and keep their steps.</source>
        <translation>
            <numerusform>%n of these orders has begun and keeps its steps.</numerusform>
            <numerusform>%n of these orders have begun and keep their steps.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowTable</name>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n shown</source>
        <translation>
            <numerusform>%n shown</numerusform>
            <numerusform>%n shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells</source>
        <translation>
            <numerusform>%n cell</numerusform>
            <numerusform>%n cells</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SheetsStep</name>
    <message numerus="yes">
        <source>%n files of the same shape</source>
        <translation>
            <numerusform>%n file of this shape</numerusform>
            <numerusform>%n files of the same shape</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShiftPanel</name>
    <message numerus="yes">
        <source>Also the %n equal shifts of other days</source>
        <translation>
            <numerusform>Also the equal shift of %n other day</numerusform>
            <numerusform>Also the equal shifts of %n other days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SolvePanel</name>
    <message numerus="yes">
        <source>%n light oven batches</source>
        <translation>
            <numerusform>%n light oven batch</numerusform>
            <numerusform>%n light oven batches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n campaigns cut short</source>
        <translation>
            <numerusform>%n campaign cut short</numerusform>
            <numerusform>%n campaigns cut short</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StepWords</name>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>%n copy</numerusform>
            <numerusform>%n copies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>As long on %n other machines.</source>
        <translation>
            <numerusform>As long on %n other machine.</numerusform>
            <numerusform>As long on %n other machines.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TeamStrip</name>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UpdateDialog</name>
    <message numerus="yes">
        <source>%n operations move</source>
        <translation>
            <numerusform>%n operation moves</numerusform>
            <numerusform>%n operations move</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n outside of it</source>
        <translation>
            <numerusform>%n outside of it</numerusform>
            <numerusform>%n outside of it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n lose their place</source>
        <translation>
            <numerusform>%n loses its place</numerusform>
            <numerusform>%n lose their place</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UsesView</name>
    <message numerus="yes">
        <source>It cannot be removed: %n records use it.</source>
        <translation>
            <numerusform>It cannot be removed: %n record uses it.</numerusform>
            <numerusform>It cannot be removed: %n records use it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n records use it.</source>
        <translation>
            <numerusform>%n record uses it.</numerusform>
            <numerusform>%n records use it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WhereUsedView</name>
    <message numerus="yes">
        <source>held by %n items</source>
        <translation>
            <numerusform>held by %n item</numerusform>
            <numerusform>held by %n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n remedies tried</source>
        <translation>
            <numerusform>%n remedy tried</numerusform>
            <numerusform>%n remedies tried</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not tried for want of time</source>
        <translation>
            <numerusform>%n not tried for want of time</numerusform>
            <numerusform>%n not tried for want of time</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other orders later</source>
        <translation>
            <numerusform>%n other order later</numerusform>
            <numerusform>%n other orders later</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WriteAside</name>
    <message numerus="yes">
        <source>Writing %n rows</source>
        <translation>
            <numerusform>Writing %n row</numerusform>
            <numerusform>Writing %n rows</numerusform>
        </translation>
    </message>
</context>
</TS>
