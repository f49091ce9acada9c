using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols;

/// <summary>Times between the frames of a run, and what of a frame's item is filled in at its end.</summary>
sealed class FrameTimes
{
    /// <summary>Time since the first frame.</summary>
    public Timestamp SinceFirst { get; private set; }

    /// <summary>Time since the frame before; 0 for the first.</summary>
    public Timestamp SincePrevious { get; private set; }

    /// <summary>The item of <c>frame.protocols</c>, whose text is known when the whole frame has been taken apart.</summary>
    public Node Protocols { get; set; }

    /// <summary>The next frame; one without a time counts as at 0.</summary>
    public void Pass(Packet p)
    {
        SinceFirst = p.Time - p.FirstTime;
        SincePrevious = p.Time - p.PreviousTime;
    }
}

/// <summary>When the last packet that was shown was captured.</summary>
sealed class DisplayedTimes
{
    Timestamp last;
    bool any;

    /// <summary>Sets the time since the last packet that was shown; 0 for the first.</summary>
    public void Set(DissectedBatch batch, Field field)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsFilteredOut)
            {
                continue;
            }

            var time = batch.Frames[i].Time;
            batch.SetValue(i, field, ItemValue.Pack(any ? time - last : default));
            last = time;
            any = true;
        }
    }
}
