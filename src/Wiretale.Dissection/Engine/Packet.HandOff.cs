using System.Runtime.CompilerServices;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <content>Hand-off: from a protocol to the one inside it, and what happens when the bytes end too early.</content>
public sealed partial class Packet
{
    /// <summary>Protocols inside protocols beyond this are not opened: a real packet has ten, a hostile one as many as fit.</summary>
    const int MaxDepth = 100;

    /// <summary>Items that one packet may have; a hostile one could ask for millions.</summary>
    const int MaxItems = 1_000_000;

    readonly LayerList layers = new();

    /// <summary>Branches that protocols opened so far, wanted or not.</summary>
    int branches;
    bool quotesBeginning;
    byte currentLayer = 1;
    Dissector? current;

    /// <summary>The protocols entered so far, outermost first.</summary>
    public LayerList Layers => layers;

    /// <summary>The dissector at work.</summary>
    public Dissector? Current => current;

    /// <summary>The protocol that handed off to the one at work, or null.</summary>
    public Dissector? Outer => layers.Count > 1 ? layers[^2] : null;

    /// <summary>Hands bytes to a dissector.</summary>
    /// <returns>Bytes that it took; 0 when it says that they are not its protocol's: then nothing of it remains.</returns>
    public int Call(Dissector dissector, in View v, Node parent)
    {
        if (!needed[dissector.CatalogIndex])
        {
            return Math.Max(1, v.Reported);
        }

        if (layers.Count >= MaxDepth)
        {
            Expert(parent, Catalog.TooDeep, v, 0, 0);
            return Math.Max(1, v.Reported);
        }

        var outer = current;
        byte outerLayer = currentLayer;
        int depth = layers.Count, items = part.ItemCount, opened = branches;
        Enter(dissector);
        int taken = QuoteDepth == 0 ? dissector.Dissect(this, v, parent) : DissectQuoted(dissector, v, parent);
        Return(outer, outerLayer);
        if (taken <= 0)
        {
            layers.Cut(depth);
            part.DropItems(items);
        }
        else if (Stream is { Missing: not 0, Offset: 0 } && branches == opened)
        {
            // It only waits for more: this packet has nothing of it.
            layers.Cut(depth);
        }

        return taken;
    }

    /// <summary>As <see cref="Call"/>; when the bytes end too early, says so in the tree and the Info column and comes back, so that the caller can go on (a trailer, the next message).</summary>
    public int CallGuarded(Dissector dissector, in View v, Node parent)
    {
        var state = Mark();
        try
        {
            return Call(dissector, v, parent);
        }
        catch (BoundsException e)
        {
            Recover(state, e, v, parent);
            return Math.Max(1, v.Reported);
        }
    }

    /// <summary>Asks the dissectors of a heuristic list, in order, until one says the bytes are its protocol's.</summary>
    public bool TryHeuristics(HeuristicKey list, in View v, Node parent)
    {
        var candidates = Engine.Heuristics(list);
        if (candidates.Count == 0)
        {
            return false;
        }

        var outer = current;
        byte outerLayer = currentLayer;
        int depth = layers.Count, items = part.ItemCount;
        for (int i = 0; i < candidates.Count; i++)
        {
            var heuristic = candidates[i];
            Enter(heuristic.Dissector);
            bool taken = heuristic.Try(this, v, parent);
            Return(outer, outerLayer);
            if (taken)
            {
                return true;
            }

            layers.Cut(depth);
            part.DropItems(items);
        }

        return false;
    }

    /// <summary>The dissector at work only chooses another: it is not to be listed among the packet's protocols.</summary>
    public void LeaveOutOfLayers() => layers.Cut(layers.Count - 1);

    /// <summary>The dissector at work stands for another: that one is listed among the packet's protocols.</summary>
    public void ListAs(Dissector other) => layers.ReplaceLast(other);

    /// <summary>What nobody knows: shown as so many bytes of data.</summary>
    public void CallData(in View v, Node parent)
    {
        if (v.Reported > 0)
        {
            Call(Catalog.Data, v, parent);
        }
    }

    /// <summary>For a dissector that takes bytes and says nothing about them: the packet is not one of its protocol's.</summary>
    public void SayNothing()
    {
        if (layers.Count > 0 && layers[^1] == current)
        {
            layers.Cut(layers.Count - 1);
        }
    }

    /// <summary>Stops writes to the columns while another packet is quoted; end with <see cref="EndQuote"/>.</summary>
    public void BeginQuote()
    {
        QuoteDepth++;
        Info.Freeze();
    }

    /// <summary>Ends <see cref="BeginQuote"/>.</summary>
    public void EndQuote()
    {
        QuoteDepth--;
        Info.Thaw();
    }

    /// <summary>Where hand-off stands, for a dissector that catches <see cref="BoundsException"/> itself and goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public HandOffState Mark() => new(current, currentLayer, layers.Count, Info.Frozen, QuoteDepth);

    /// <summary>Shows why the bytes ended, and puts hand-off back to where it stood.</summary>
    public void Recover(in HandOffState state, BoundsException e, in View v, Node parent)
    {
        string name = current?.Protocol.ShortName ?? "";
        Info.Frozen = state.Frozen;
        QuoteDepth = state.QuoteDepth;
        ShowShort(e, name, v, parent);
        Return(state.Current, state.Layer);
    }

    /// <summary>Shows a packet that an error message quotes: the columns, addresses and ports stay those of the message.</summary>
    public void Quote(Dissector dissector, in View v, Node parent)
    {
        var (source, destination, linkSource, linkDestination) = (Source, Destination, LinkSource, LinkDestination);
        var (networkSource, networkDestination, conversation, stream) = (NetworkSource, NetworkDestination, Conversation, Stream);
        var (sourcePort, destinationPort, kind, protocol, fragment) = (SourcePort, DestinationPort, PortKind, IpProtocol, IsFragment);
        BeginQuote();
        try
        {
            Call(dissector, v, parent);
        }
        finally
        {
            (Source, Destination, LinkSource, LinkDestination) = (source, destination, linkSource, linkDestination);
            (NetworkSource, NetworkDestination, Conversation, Stream) = (networkSource, networkDestination, conversation, stream);
            (SourcePort, DestinationPort, PortKind, IpProtocol, IsFragment) = (sourcePort, destinationPort, kind, protocol, fragment);
        }

        EndQuote();
    }

    /// <summary>As <see cref="Quote"/>, for the first bytes of a packet, of which no more was kept: that they end says nothing of either packet.</summary>
    public void QuoteBeginning(Dissector dissector, in View v, Node parent)
    {
        bool before = quotesBeginning;
        quotesBeginning = true;
        try
        {
            Quote(dissector, v, parent);
        }
        finally
        {
            quotesBeginning = before;
        }
    }

    /// <summary>An error message quotes as much of a packet as it likes (RFC 792: 64 bits of the payload): where the quote ends is nobody's fault.</summary>
    int DissectQuoted(Dissector dissector, in View v, Node parent)
    {
        var (frozen, depth) = (Info.Frozen, QuoteDepth);
        try
        {
            return dissector.Dissect(this, v, parent);
        }
        catch (BoundsException e) when (quotesBeginning || e.Reason is ShortReason.Malformed or ShortReason.Fragment or ShortReason.Contained)
        {
            (Info.Frozen, QuoteDepth) = (frozen, depth);
            return Math.Max(1, v.Reported);
        }
    }

    void Run(Dissector first, in View v)
    {
        try
        {
            // Not through Call: an empty frame takes 0 bytes and is a frame all the same.
            Enter(first);
            first.Dissect(this, v, Node.Root);
        }
        catch (BoundsException e)
        {
            string name = current?.Protocol.ShortName ?? "";
            Info.Frozen = 0;
            QuoteDepth = 0;
            ShowShort(e, name, v, Node.Root);
        }
        catch (TooManyItemsException)
        {
            Info.Frozen = 0;
            Info.Append(" [Too many items]"u8);
        }
        catch (Exception e) when (!Engine.IsStrict && e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or OverflowException or ArithmeticException or NullReferenceException or InvalidCastException or KeyNotFoundException)
        {
            // A fault of a dissector must not take the other packets with it. Tests run strict and see it.
            Info.Frozen = 0;
            Info.Append("[Dissector bug, protocol "u8);
            Info.Append(current?.Protocol.ShortName ?? "");
            Info.Append(": "u8);
            Info.Append(e.GetType().Name);
            Info.Append("]"u8);
            Expert(Open(Catalog.Malformed, v, Node.Root, 0, 0), Catalog.DissectorBug, v, 0, 0);
        }
        finally
        {
            Return(null, 1);
            if (KeepsItems)
            {
                Engine.FrameDissector.Finish(this);
            }
        }
    }

    void ShowShort(BoundsException e, string protocol, in View v, Node parent)
    {
        switch (e.Reason)
        {
            case ShortReason.Cut:
                Info.Append("[Packet size limited during capture]"u8);
                Label(Open(Catalog.Short, v, parent, 0, 0), $"[Packet size limited during capture: {protocol} truncated]");
                break;
            case ShortReason.Fragment:
                Info.Append("[BoundErrorUnreassembled Packet]"u8);
                var unread = Open(Catalog.Unreassembled, v, parent, 0, 0);
                Label(unread, $"[BoundError Unreassembled Packet: {protocol}]");
                Expert(unread, Catalog.UnreassembledExpert, v, 0, 0);
                break;
            default:
                string why = e.Reason == ShortReason.Contained ? ": length of contained item exceeds length of containing item" : "";
                Info.Append($"[Malformed Packet{why}]");
                var node = Open(Catalog.Malformed, v, parent, 0, 0);
                Label(node, $"[Malformed Packet: {protocol}{why}]");
                Expert(node, Catalog.MalformedExpert, v, 0, 0);
                break;
        }
    }

    /// <summary>Says that bytes do not fit to those that they should be put together with.</summary>
    internal void ReassemblyError(in View v, Node parent, string protocol, string why)
    {
        Info.Append($"[Reassembly error, protocol {protocol}: {why}]");
        var node = Open(Catalog.Malformed, v, parent, 0, 0);
        Label(node, $"[Reassembly error, protocol {protocol}: {why}]");
        Expert(node, Catalog.ReassemblyError, v, 0, 0, $"{why}");
    }

    /// <summary>Lets what is remarked from now on be another dissector's remark; returns whose it would have been.</summary>
    internal Dissector? SpeakAs(Dissector? dissector)
    {
        var before = current;
        current = dissector;
        return before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Return(Dissector? to, byte layer)
    {
        current = to;
        currentLayer = layer;
        WantsFields = KeepsItems && (to is null || Engine.WantsFieldsOf(to));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Enter(Dissector dissector)
    {
        current = dissector;
        layers.Add(dissector);
        WantsFields = KeepsItems && Engine.WantsFieldsOf(dissector);
        if (WantsFields)
        {
            CountLayers(dissector.Protocol);
        }
    }

    void CountLayers(Protocol protocol)
    {
        currentLayer = (byte)Math.Min(layers.CountOf(protocol), 255);
    }

    void ResetHandOff()
    {
        layers.Clear();
        current = null;
        currentLayer = 1;
        pendingLabel = part.Labels.Length;
    }
}

/// <summary>Where hand-off stands; made by <see cref="Packet.Mark"/>.</summary>
public readonly record struct HandOffState(Dissector? Current, byte Layer, int Depth, int Frozen, int QuoteDepth);

/// <summary>A packet asked for more items than any real one has.</summary>
sealed class TooManyItemsException : Exception;
